# frozen_string_literal: true

require_relative 'support/gitlab_case'

# A change of term, hour by hour: one license is in force at each hour, whatever the server's zone.
class GitlabClockTest < GitlabCase
  CHANGE = Date.new(2026, 11, 1)
  HOURS = 48

  # Local midnight of the change of term, in UTC.
  MIDNIGHT = { 'UTC' => Time.utc(2026, 11, 1), 'Asia/Tokyo' => Time.utc(2026, 10, 31, 15),
               'Pacific/Honolulu' => Time.utc(2026, 11, 1, 10),
               'Pacific/Kiritimati' => Time.utc(2026, 10, 31, 10) }.freeze

  def setup
    super
    @old = desk.text
    @renewal = desk.text(from: '2026-11-01', till: '2027-11-01', today: '2026-10-01')
  end

  def test_the_renewal_beside_the_old_license
    assert_no_gap(@old, @renewal)
  end

  def test_mixed_with_an_old_style_license
    assert_no_gap(old_text, @renewal)
    assert_no_gap(@old, old_text(from: '2026-11-01', till: '2027-11-01'))
  end

  def test_the_renewal_alone
    each_zone do |midnight|
      install(@renewal)
      each_hour do |time|
        current = License.current
        assert_equal(time >= midnight, !current.nil?, shown(time))
        assert_equal(time < midnight, License.last.future_dated?, shown(time))
        assert_works(current, time) if current
      end
    end
  end

  def test_an_ended_license_alone
    each_zone do |midnight|
      install(@old)
      each_hour do |time|
        ended = time >= midnight
        license = License.current
        facts = [license.expired?, license.block_changes?, license.license.notify_users?,
                 license.airlock_verdict.block_changes?]
        assert_equal [ended] * 4, facts, shown(time)
        assert_equal ended, license.airlock_verdict.days_left.zero?, shown(time)
      end
    end
  end

  def test_the_day_that_is_configured_decides_all
    utc = -> { Time.now.utc.to_date }
    Airlock.configure(roots: [desk.root], instance_id: Desk::INSTANCE, today: utc)
    zone('Asia/Tokyo')
    install(@old, @renewal)
    each_hour do |time|
      in_force = License.all.select { |license| license.started? && !license.expired? }
      expected = time >= Time.utc(2026, 11, 1) ? 'renewal' : 'old'
      assert_equal [expected], in_force.map { |license| which(license) }, shown(time)
    end
  end

  private

  # Installed in both orders: the one that was added last is looked at first.
  def assert_no_gap(before, after)
    each_zone do |midnight|
      [[before, after], [after, before]].each do |texts|
        install(*texts)
        each_hour { |time| assert_one(time >= midnight ? after : before, time) }
      end
    end
  end

  def assert_one(expected, time)
    in_force = License.all.select { |license| license.started? && !license.expired? }
    assert_equal [expected], in_force.map(&:data), shown(time)
    current = License.current
    assert_equal expected, current.data, shown(time)
    assert_works(current, time)
  end

  def assert_works(license, time)
    works = [license.expired?, license.block_changes?, license.feature_available?(:epics),
             license.airlock_inactive?]
    assert_equal [false, false, true, false], works, shown(time)
    return unless license.airlock?

    assert_equal [], license.airlock_verdict.effects & %i[block_changes inactive], shown(time)
    assert_equal license, License.airlock_choose(License.all), shown(time)
  end

  def each_zone
    MIDNIGHT.each do |name, midnight|
      zone(name)
      yield midnight
    end
  end

  def each_hour
    (0..HOURS).each do |hour|
      time = Time.utc(2026, 10, 30, 22) + (hour * 3600)
      travel_to(time)
      yield time
    end
  end

  def install(*texts)
    License.delete_all
    texts.each { |text| License.new(data: text).save!(validate: false) }
  end

  def which(license) = license.data == @renewal ? 'renewal' : 'old'
  def shown(time) = "#{Time.zone.name}, #{time}"
end
