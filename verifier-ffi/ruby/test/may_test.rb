# frozen_string_literal: true

require_relative 'support/gitlab_case'

# Not knowing is never a yes.
class MayTest < GitlabCase
  def stop
    @stop ||= Airlock.open(desk.text(seats: 10, set: %w[hard_stop=true]))
  end

  def check(license = stop, **facts)
    license.check(today: Date.new(2025, 11, 1), **facts)
  end

  def test_a_figure_that_is_missing_is_no_yes
    verdict = check
    assert_equal [true, false, true], [verdict.refuse_new_users?, verdict.may?(:add_users), verdict.undecided?(:add_users)]
    assert_equal [false, true, false], [verdict.block_changes?, verdict.may?(:write), verdict.undecided?(:write)]
    assert_equal [false, true, false], [verdict.inactive?, verdict.may?(:use), verdict.undecided?(:use)]
  end

  def test_at_the_boundary
    { 9 => [false, true, false], 10 => [true, false, false], 999 => [true, false, false] }.each do |users, expected|
      verdict = check(users_now: users, users_adding: 1)
      assert_equal expected, [verdict.refuse_new_users?, verdict.may?(:add_users), verdict.undecided?(:add_users)], users
    end
  end

  def test_activation
    license = Airlock.open(desk.text(**PREVIOUS))
    answers = ->(**facts) { check(license, activating: true, **facts).then { |verdict| [verdict.refuse_install?, verdict.may?(:activate), verdict.undecided?(:activate)] } }
    assert_equal [true, false, true], answers.call
    assert_equal [true, false, true], answers.call(daily: [])
    assert_equal [true, false, true], answers.call(users_now: 110)
    assert_equal [false, true, false], answers.call(daily: [], users_now: 110)
    assert_equal [true, false, false], answers.call(daily: [], users_now: 111)
    # Users are not looked at where the peak is over the previous users.
    assert_equal [true, false, false], answers.call(daily: [['2025-05-01', 111]])
  end

  def test_a_license_that_has_not_begun_may_be_installed_and_not_used
    verdict = Airlock.open(desk.text(**PREVIOUS)).check(today: Date.new(2025, 10, 31), activating: true, users_now: 5, daily: [])
    assert_equal [true, false, false], %i[activate use add_users].map { |act| verdict.may?(act) }
    assert_equal [false] * 3, %i[activate use add_users].map { |act| verdict.undecided?(act) }
  end

  def test_what_is_denied_is_not_undecided
    verdict = stop.check(today: Date.new(2025, 10, 31))
    assert_equal [true, false, false], [verdict.refuse_new_users?, verdict.may?(:add_users), verdict.undecided?(:add_users)]
  end

  # Rules about an activation say nothing where there is none: the question makes it one.
  def test_the_act_asks_with_its_own_facts
    license = Airlock.open(desk.text(**PREVIOUS))
    daily = [['2025-01-01', 100]]
    assert_equal [true, false], [110, 111].map { |users| check(license, users_now: users, daily: daily).may?(:activate) }
    assert_equal [false, true], [110, 111].map { |users| check(license, users_now: users, daily: daily).refuse_install? }
    assert_equal [true, false], [9, 10].map { |users| check(users_now: users).may?(:add_users) }
    assert_equal [true, false], [7, 8].map { |users| check(users_now: users, users_adding: 3).may?(:add_users) }
    assert_equal [], check(users_now: 10).effects & %i[refuse_new_users]
  end

  def test_facts_of_an_act_keep_their_series
    license = Airlock.open(desk.text(**PREVIOUS))
    facts = Array.new(200) { Airlock::Facts.new(today: day('2025-11-01'), users_now: 5, daily: [['2025-01-01', 112]]).of_act(:activate) }
    GC.start
    assert(facts.all? { |one| license.check(one).refuse_install? })
  end

  def test_an_act_that_is_none
    [:add_user, 'use', nil].each do |act|
      assert_raises(Airlock::BadCall) { check.may?(act) }
      assert_raises(Airlock::BadCall) { check.undecided?(act) }
    end
  end

  def test_the_model_refuses_what_it_cannot_decide
    license = add!(desk.text(seats: 100, set: %w[hard_stop=true]))
    Airlock.configure(roots: [desk.root], instance_id: Desk::INSTANCE, users_now: nil)
    assert license.airlock_refuses_new_users?
    assert license.license.refuse_new_users?
    refute license.license.inactive?
    assert license.airlock_verdict(adding: 1).undecided?(:add_users)
  end
end
