# frozen_string_literal: true

require_relative 'test_helper'
require 'set'

# Whatever has a wrong shape, encoding or type is one error, and never a figure.
class BadCallTest < AirlockTest
  UTF_16 = Encoding::UTF_16LE

  def license
    @license ||= Airlock.open(desk.text)
  end

  def check(**facts)
    license.check(today: @today, **facts)
  end

  def verifier(**changed)
    Airlock::Verifier.new(roots: desk.root, **changed)
  end

  def assert_bad_call(code = :bad_argument, &block)
    where = block.source_location.join(':')
    error = assert_raises(Airlock::BadCall, where, &block)
    assert_equal code, error.code, where
    assert_equal [Encoding::UTF_8, true], [error.message.encoding, error.message.valid_encoding?]
    refute_match(/\n|\A\z/, error.message)
  end

  def test_daily_users_are_pairs
    [[112, 113, 150], [[@today]], [[@today, 1, 2]], [nil], [{ @today => 5 }], 'text', 5, Object.new,
     [[@today, 1], 150]].each { |daily| assert_bad_call { check(daily: daily) } }
  end

  def test_pairs_may_come_from_anything_enumerable
    [{ @today => 7 }, [[@today, 7]].each, [[@today, 7]].lazy, Set[[@today, 7]],
     [[@today, 7]].freeze,
     Enumerator.new { |to| to.yield(@today, 7) }].each do |daily|
      assert_equal 7, check(daily: daily).users_max
    end
  end

  def test_a_day_without_a_figure_is_a_day_all_the_same
    assert_bad_call { check(daily: [['soon', nil]]) }
    assert_equal 0, check(daily: [[@today, nil]]).users_max
  end

  def test_days_in_text_are_written_in_one_way
    ['2025-13-01', '2025-02-30', '20251101', '2025-W44-1', '1.11.2025', '2025-11-01x',
     "2025-11-01\n",
     '2025-11-01 24:00:00', '2025-11-01 12:60:00', '2025-11-01T12:00:00+25:00', '', '01', "2025-11-01\xFF",
     '2025-11-01'.encode(UTF_16), '2025-11-01 12:00 CEST'].each do |text|
      assert_bad_call { check(daily: [[text, 7]]) }
    end
  end

  # Each is one moment on the 2nd in UTC.
  def test_a_time_with_a_zone_means_its_utc_day
    times = ['2025-11-01T23:30:00-05:00', '2025-11-01 23:30:00 -0500', '2025-11-01 23:30:00.25-05',
             '2025-11-02T13:30+09:00',
             '2025-11-02T04:30:00Z', '2025-11-02 04:30:00 UTC', '2025-11-02 12:00:03', '2025-11-02',
             day('2025-11-02'),
             Time.new(2025, 11, 1, 23, 30, 0, '-05:00').freeze, Time.utc(2025, 11, 2).freeze,
             DateTime.new(2025, 11, 1, 23, 30, 0, '-05:00')]
    times.each do |time|
      assert_equal day('2025-11-02'), check(daily: [[time, 7]]).users_max_on, time.inspect
    end
    verdict = check(daily: [['2025-11-05T00:30:00+01:00', 7]])
    assert_equal day('2025-11-04'), verdict.users_max_on
  end

  def test_a_time_that_was_given_stays_as_it_was
    time = Time.new(2025, 11, 1, 23, 30, 0, '-05:00')
    check(daily: [[time, 7]])
    assert_equal(-18_000, time.utc_offset)
  end

  def test_counts_and_flags
    ['7', 7.0, -1, :many, [7]].each do |count|
      assert_raises(Airlock::BadCall) { check(users_now: count) }
      assert_raises(Airlock::BadCall) { check(users_adding: count) }
      assert_raises(Airlock::BadCall) { check(daily: [[@today, count]]) }
    end
    ['no', nil, 0].each { |flag| assert_bad_call { check(activating: flag) } }
    ['x', 5, :today].each { |report| assert_bad_call { check(last_report: report) } }
  end

  def test_facts
    assert_bad_call { license.check }
    assert_bad_call { license.check(5) }
    assert_bad_call { license.check({ today: @today }) }
    assert_bad_call { license.check(Airlock::Facts.new(today: @today), users_now: 5) }
    assert_bad_call { check(users: 5) }
    assert_bad_call { Airlock::Facts.new(today: @today, users: 5) }
    assert_bad_call { Airlock::Facts.new }
    [nil, 5, {}].each do |facts|
      assert_bad_call { license.findings(facts) }
      assert_bad_call { license.explain(facts) }
    end
  end

  def test_what_a_verdict_is_asked_for
    verdict = check(users_now: 5)
    [:refuse_activations, 'inactive', nil, 5].each do |effect|
      assert_bad_call { verdict.applied(effect) }
      assert_bad_call { verdict.undecided(effect) }
    end
    ['few_seats_left', nil, 5].each { |code| assert_bad_call { verdict.applies?(code) } }
  end

  def test_texts
    [nil, 5, :text, [desk.text], Object.new].each do |text|
      assert_bad_call { Airlock.open(text) }
      assert_bad_call { verifier.open(text) }
      assert_bad_call { Airlock::Text.canonical(text) }
      refute Airlock::Text.airlock?(text)
    end
  end

  def test_roots
    [nil, [], {}, 5, [nil], [[desk.root]], { root: desk.root }, '', "\0", desk.root.encode(UTF_16),
     ('00' * 32).encode(UTF_16),
     desk.root[/KEY-----\s(.*?)-----END/m, 1].unpack1('m'), "\xFF" * 64].each do |roots|
      assert_bad_call(:bad_root) { verifier(roots: roots) }
    end
  end

  # Whoever adds a root means it: nothing that looks like one is passed over.
  def test_no_root_is_passed_over
    root = desk.root
    private_key = File.read(desk.path('root.key'))
    cut = desk.stranger[0...-30]
    spoilt = desk.stranger.sub('MCow', 'MC*ow')
    [root + cut, root + private_key, root + spoilt, [root, cut], [root, private_key],
     [root, spoilt]].each do |roots|
      assert_bad_call(:bad_root) { verifier(roots: roots) }
    end
    error = assert_raises(Airlock::BadCall) { verifier(roots: root + private_key) }
    assert_match(/key 2: found a private key/, error.message)
  end

  def test_roots_in_every_form_together
    root = desk.root
    raw = root[/KEY-----\s(.*?)-----END/m, 1].unpack1('m')[-32..]
    other = desk.stranger
    [[raw, other], [raw.unpack1('H*'), other], ["\uFEFF#{root}", other], [other, "\uFEFF#{root}"],
     "# ours\n#{other}\n# theirs\n#{root}", [other.chomp, root.gsub("\n", "\r\n")]].each do |roots|
      assert_equal license.id, verifier(roots: roots).open(license.text).id
    end
  end

  def test_instance_ids
    [5, :id, Desk::INSTANCE.encode(UTF_16), "#{Desk::INSTANCE}\xFF", Desk::INSTANCE.delete('-'), [Desk::INSTANCE], ''].each do |id|
      assert_bad_call(:bad_instance_id) { verifier(instance_id: id) }
    end
    assert verifier(instance_id: Desk::INSTANCE.b)
    assert verifier(instance_id: Desk::INSTANCE.upcase)
  end

  def test_the_choice_among_licenses
    [nil, license, [nil], [desk.text], [license, 5], { license => 1 }].each do |given|
      assert_bad_call { verifier.select(given, @today) }
    end
    assert_bad_call { verifier.select([license], '2025-11-01') }
    assert_bad_call { verifier.select([license] * 1025, @today) }
  end

  def test_what_is_configured_answers_with_the_wrong_type
    { users_now: '7', daily_users: ->(_, _) { [112] }, last_report: 'soon' }.each do |name, value|
      configure(name => value)
      assert_bad_call { Airlock::GitlabLicense.import(desk.text).verdict }
    end
  end

  def test_the_license_object
    object = Airlock::GitlabLicense.import(desk.text)
    [5, [], "\xFF"].each { |key| assert_bad_call { object.restricted?(key) } }
    assert_equal true, Airlock::GitlabLicense.import(stop_at_81).refuse_new_users?(adding: 0)
    assert_nil object.restrictions["\xFF"]
    [nil, '1', -1, 1.5].each do |adding|
      assert_raises(Airlock::BadCall) { object.refuse_new_users?(adding: adding) }
    end
    assert_bad_call { object.verdict(users: 5) }
  end

  def test_validations_are_named
    model = Class.new { extend Airlock::GitlabModel::ClassMethods }
    [5, 'check', nil].each { |name| assert_bad_call { model.airlock_replaces(:good, name) } }
  end

  private

  # As many seats as there are users.
  def stop_at_81 = desk.text(seats: 81, set: %w[hard_stop=true])
end
