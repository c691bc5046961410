# frozen_string_literal: true

require_relative 'support/gitlab_case'

# The figures that are compared are those that GitLab stores and shows.
class GitlabFiguresTest < GitlabCase
  FROM = Date.new(2024, 11, 1)
  TO = Date.new(2025, 11, 1)

  def test_the_last_stored_measurement_counts
    Measurement.delete_all
    assert_equal 0, Airlock::GitlabFigures.users_now
    license = add!(desk.text(**PREVIOUS))
    assert_equal 0, license.airlock_verdict.users_now
    Measurement.create!(recorded_at: Time.utc(2025, 10, 31, 1), count: 70)
    Measurement.create!(recorded_at: Time.utc(2025, 10, 30, 1), count: 90)
    assert_equal [70, 70], [license.airlock_verdict.users_now, license.daily_billable_users_count]
  end

  def test_without_the_model_no_figure_is_known
    output = ruby(<<~RUBY, {}, desk.path('root.pub'))
      require 'airlock'
      Airlock.configure(roots: File.read(ARGV[0]), instance_id: '#{Desk::INSTANCE}')
      p Airlock::GitlabFigures.users_now, Airlock::GitlabFigures.daily_users(Date.today, Date.today)
      p Airlock.configuration.today == Time.now.utc.to_date
      module License; end
      p Airlock::GitlabFigures.users_now
    RUBY
    assert_equal "nil\nnil\ntrue\nnil\n", output
  end

  # A row each hour about both edges of the window before the term: each alone is in it for both, or
  # for neither.
  def test_a_row_at_the_edge_of_a_window_counts_for_both_or_for_neither
    text = desk.text
    ZONES.each do |name|
      zone(name)
      edges.each do |time|
        HistoricalData.delete_all
        HistoricalData.create!(recorded_at: time, active_user_count: 500)
        theirs = HistoricalData.most(FROM, TO)
        license = License.new(data: text)
        conditions = license.license.verdict(activating: true).findings.flat_map(&:conditions)
        peak = conditions.find { |one| one['fact'] == 'users_max' }
        assert_equal [FROM.iso8601, TO.iso8601, theirs], peak.values_at('from', 'to', 'observed'), "#{name} #{time}"
        assert_equal theirs.zero?, license.valid?, "#{name} #{time}"
      end
    end
  end

  def test_a_row_has_the_day_that_gitlab_shows
    zone('Asia/Tokyo')
    HistoricalData.create!(recorded_at: Time.utc(2025, 10, 30, 15), active_user_count: 500)
    license = add(desk.text)
    assert_refused '500 users on 2025-10-31 (the most from 2024-11-01 through 2025-11-01), ' \
                   'the license allows 110 (100 seats): 400 over the seats.', license
  end

  private

  def edges
    now('2025-11-03')
    [FROM, TO].flat_map do |day|
      midnight = Time.utc(day.year, day.month, day.day)
      hours = (-16..40).map { |hour| midnight + (hour * 3600) }
      hours + [midnight - 1, Time.zone.local(day.year, day.month, day.day) - 1]
    end
  end
end
