# frozen_string_literal: true

require_relative 'support/gitlab_case'

# A ship: three years in one text, carried aboard once. The desk makes them, the instance installs them, GitLab's model
# takes each on its day. The numbers of the years are 50, 60 and 60 seats.
class ShipTest < GitlabCase
  YEARS = %w[--from 2026-10-15 --years 3 --seats 50,60,60].freeze

  def setup
    super
    @ship = Desk.new(Dir.mktmpdir('airlock-ship').tap { |folder| Minitest.after_run { FileUtils.remove_entry(folder) } })
    Airlock.configure(roots: [@ship.root], instance_id: Desk::INSTANCE, last_report: -> { @last_report })
    @ship.certify('desk', 'ahead.issuer', '--start-days', '1100')
    @ship.run('desk', 'init', 'd', '--key', 'desk.key', '--issuer', 'ahead.issuer', '--trust', 'root.pub')
    @ship.run('instance', 'init', 'ship', '--id', Desk::INSTANCE, '--trust', 'root.pub')
    @ship.run('request', 'new', '--instance', 'ship', '--company', 'Nordhavn', '--name', 'Ida', '--email',
              'ida@nordhavn.example', '--plan', 'premium', '--seats', '50', '--users', '48', '--today', '2026-10-01',
              '--out', 'ship.request')
  end

  def issue(*more)
    @ship.run('desk', 'issue', '--desk', 'd', '--request', 'ship.request', '--customer', 'Nordhavn', '--type', 'offline',
              '--policy', 'gitlab-legacy', '--subscription-id', 'S-1', *YEARS, '--today', '2026-10-05', '--yes', *more)
  end

  def install(file, today, users, *more)
    @ship.run('license', 'install', file, '--instance', 'ship', '--users', users.to_s, *more, '--today', today)
  end

  # The texts of all licenses aboard, as they are given to GitLab; the one that begins first in front.
  def texts(today)
    ids = @ship.run('license', 'list', '--instance', 'ship', '--today', today).scan(/^\h{32}/)
    ids.map do |id|
      @ship.run('license', 'export', id, '--instance', 'ship', '--today', today, '--out', "#{id}.gitlab-license")
      File.read(@ship.path("#{id}.gitlab-license"))
    end
  end

  def aboard
    issue('--pouch', 'ship.txt')
    install('ship.txt', '2026-10-15', 48, '--history', 'none')
    now('2026-10-15')
    users(48)
    texts('2026-10-15').map { |text| add!(text) }
  end

  def test_each_license_takes_over_on_its_day
    first, second, third = aboard
    { '2026-10-15' => first, '2027-10-14' => first, '2027-10-15' => second, '2028-10-14' => second,
      '2028-10-15' => third, '2029-10-14' => third }.each do |text, expected|
      on(text) do
        assert_equal [expected, expected], [License.current, License.airlock_choose(License.all)], text
        assert_equal [false, false], [expected.license.expired?, !!expected.license.block_changes?], text
      end
    end
    on('2029-10-15') { assert third.license.block_changes? }
  end

  def test_each_license_carries_the_seats_of_the_year_before
    first, second, third = aboard.map { |license| license.license.restrictions }
    assert_equal [[50, nil], [60, 50], [60, 60]],
                 [first, second, third].map { |it| it.values_at(:active_user_count, :previous_user_count) }
  end

  def test_a_later_year_is_refused_from_as_many_users_on_as_the_desk_says
    issue('--out', '1.airlock')
    install('1.airlock', '2026-10-15', 48, '--history', 'none')
    now('2026-10-15')
    users(48)
    add!(texts('2026-10-15').first)
    renew = ['desk', 'renew', 'S-1', '--desk', 'd', '--today', '2027-10-14', '--reason', 'r', '--anyway', '--yes']
    assert_includes @ship.run(*renew, '--dry-run'), 'no figure here had more than 66 users'
    @ship.run(*renew, '--out', '2.airlock')
    second = Airlock::Text.canonical(File.binread(@ship.path('2.airlock')))
    HistoricalData.record('2027-03-01', 67)
    now('2027-10-15')
    assert_refused '67 users on 2027-03-01 (the most from 2026-10-15 through 2027-10-15), ' \
                   'the license allows 66 (60 seats): 7 over the seats.', add(second)
    HistoricalData.update_all(active_user_count: 66)
    assert add(second).persisted?
  end
end
