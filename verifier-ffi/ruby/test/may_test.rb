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
    assert_equal [true, false, true], answers(verdict, :refuse_new_users?, :add_users)
    assert_equal [false, true, false], answers(verdict, :block_changes?, :write)
    assert_equal [false, true, false], answers(verdict, :inactive?, :use)
  end

  def test_at_the_boundary
    refused = [true, false, false]
    { 9 => [false, true, false], 10 => refused, 999 => refused }.each do |users, expected|
      verdict = check(users_now: users, users_adding: 1)
      assert_equal expected, answers(verdict, :refuse_new_users?, :add_users), users
    end
  end

  def test_activation
    license = Airlock.open(desk.text(**PREVIOUS))
    asked = lambda do |**facts|
      answers(check(license, activating: true, **facts), :refuse_install?, :activate)
    end
    assert_equal [true, false, true], asked.call
    assert_equal [true, false, true], asked.call(daily: [])
    assert_equal [true, false, true], asked.call(users_now: 110)
    assert_equal [false, true, false], asked.call(daily: [], users_now: 110)
    assert_equal [true, false, false], asked.call(daily: [], users_now: 111)
    # Users are not looked at where the peak is over the previous users.
    assert_equal [true, false, false], asked.call(daily: [['2025-05-01', 111]])
  end

  def test_a_license_that_has_not_begun_may_be_installed_and_not_used
    license = Airlock.open(desk.text(**PREVIOUS))
    verdict = license.check(today: Date.new(2025, 10, 31), users_now: 5, daily: [])
    assert_equal [true, false, false], %i[activate use add_users].map { |act| verdict.may?(act) }
    assert_equal [false] * 3, %i[activate use add_users].map { |act| verdict.undecided?(act) }
  end

  def test_what_is_denied_is_not_undecided
    verdict = stop.check(today: Date.new(2025, 10, 31))
    assert_equal [true, false, false], answers(verdict, :refuse_new_users?, :add_users)
  end

  # Rules about an activation say nothing where there is none: the question makes it one.
  def test_the_act_asks_with_its_own_facts
    license = Airlock.open(desk.text(**PREVIOUS))
    daily = [['2025-01-01', 100]]
    found = [110, 111].map { |users| check(license, users_now: users, daily: daily) }
    assert_equal [true, false], found.map { |verdict| verdict.may?(:activate) }
    assert_equal [false, true], found.map(&:refuse_install?)
    add = ->(**facts) { check(**facts).may?(:add_users) }
    assert_equal [true, false], [add[users_now: 9], add[users_now: 10]]
    assert_equal [true, false], [7, 8].map { |users| add[users_now: users, users_adding: 3] }
    assert_equal [], check(users_now: 10).effects & %i[refuse_new_users]
  end

  # Of a rule that may not be passed over nothing is known: each way to ask says no.
  def test_a_rule_of_a_later_version_is_no_yes
    { 'even-effect' => true, 'even-fact' => false }.each do |name, write|
      record = installed_vector("ok-#{name}-not-installed")
      verdict = record.airlock_verdict
      assert_equal [true, false, true], answers(verdict, :inactive?, :use), name
      assert verdict.block_changes?, name
      assert record.license.inactive?, name
      assert record.license.refuse_new_users?, name
      assert_equal true, record.license.block_changes?, name
      assert_equal @today, record.license.block_changes_at, name
      refute record.feature_available?(:epics), name
      assert_equal write, verdict.undecided_effects.include?(:block_changes), name
    end
  end

  def test_an_odd_code_of_a_later_version_is_passed_over
    record = installed_vector('ok-install-odd-effect')
    refute record.license.inactive?
    refute record.license.block_changes?
    assert record.airlock_verdict.may?(:use)
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

  private

  # A license of the test vectors, installed past the model's own check.
  def installed_vector(name)
    file = File.read(File.expand_path("../../../test-vectors/vectors/#{name}.txt", __dir__))
    head, hex = file.split("\n\n", 2)
    Airlock.configure(roots: [head[/^root: (.*)/, 1]], instance_id: Desk::INSTANCE)
    bytes = [hex.delete("\n")].pack('H*')
    License.new(data: bytes).tap { |record| record.save(validate: false) }
  end

  # Whether it is refused, allowed, and undecided.
  def answers(verdict, refused, act)
    [verdict.public_send(refused), verdict.may?(act), verdict.undecided?(act)]
  end
end
