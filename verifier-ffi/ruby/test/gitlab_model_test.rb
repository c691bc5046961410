# frozen_string_literal: true

require_relative 'support/gitlab_case'
require 'tempfile'

class GitlabModelTest < GitlabCase
  # Activation.

  def test_111_users_of_100_are_refused_with_the_figures
    text = desk.text(**PREVIOUS)
    users(111)
    license = add(text)
    assert_refused '111 users now, the license allows 110 (100 seats): 11 over the seats.', license
    assert_equal [{ error: :invalid, airlock: :users_over_seats }], license.errors.details[:base]
  end

  def test_110_users_of_100_are_allowed
    users(110)
    assert add(desk.text(**PREVIOUS)).persisted?
  end

  def test_a_signed_tolerance_is_followed
    text = desk.text(set: %w[tolerance_percent=15], **PREVIOUS)
    users(116)
    assert_refused '116 users now, the license allows 115 (100 seats): 16 over the seats.',
                   add(text)
    users(115)
    assert add(text).persisted?
  end

  def test_the_peak_of_the_period_before_is_named_with_its_day
    HistoricalData.record('2025-03-04', 112)
    HistoricalData.record('2025-03-05', 104)
    words = '112 users on 2025-03-04 (the most from 2024-11-01 through 2025-11-01), ' \
            'the license allows 110 (100 seats): 12 over the seats.'
    assert_refused words, add(desk.text(**PREVIOUS))
  end

  def test_a_true_up_that_is_too_small
    HistoricalData.record('2025-05-01', 112)
    text = desk.text(more: %w[--previous-users 100 --true-up 10 --true-up-from 2024-11-01 --true-up-to 2025-10-31])
    words = '112 users on 2025-05-01 (the most from 2024-11-01 through 2025-10-31), ' \
            'the true-up allows 111 (100 before, 10 paid for): 12 over the 100.'
    assert_refused words, add(text), type: :check_trueup
    HistoricalData.update_all(active_user_count: 111)
    assert add(text).persisted?
  end

  def test_an_ended_license_cannot_be_activated
    text = desk.text(**PREVIOUS)
    now('2026-11-01')
    assert_refused 'The license has ended: 2026-10-31 was its last day, today is 2026-11-01.',
                   add(text)
  end

  def test_offline_cloud_has_no_seat_check
    users(5_000)
    license = add!(desk.text(policy: 'gitlab-offline-cloud'))
    assert_equal [true, true], [license.license.cloud_licensing?,
                                license.license.offline_cloud_licensing?]
  end

  def test_a_figure_that_is_missing_refuses_and_is_named
    Airlock.configure(roots: [desk.root], instance_id: Desk::INSTANCE, users_now: nil,
                      daily_users: nil)
    license = add(desk.text(**PREVIOUS))
    words = 'It cannot be decided whether the license may be activated: the daily users and the users now are not known.'
    assert_refused words, license
    assert_equal [:fact_missing], license.errors.details[:base].map { |detail| detail[:airlock] }
  end

  def test_installing_the_same_license_again_is_no_activation
    text = desk.text(**PREVIOUS)
    add!(text)
    users(111)
    assert add(text).persisted?
    assert_refused '111 users now, the license allows 110 (100 seats): 11 over the seats.',
                   add(desk.text(seats: 100, more: %w[--previous-users 100 --subscription B]))
  end

  def test_after_activation_seats_stop_nothing
    license = add!(desk.text(**PREVIOUS))
    users(500)
    assert license.reload.valid?
    assert_equal %i[notify_admins], license.airlock_verdict.effects
    refute license.airlock_refuses_new_users?
  end

  def test_a_hard_stop_refuses_the_next_user
    license = add!(desk.text(set: %w[hard_stop=true]))
    users(99)
    refute license.airlock_refuses_new_users?
    assert license.airlock_refuses_new_users?(adding: 2)
    users(100)
    assert license.airlock_refuses_new_users?
  end

  # What came, and what is stored.

  def test_file_paste_and_post_store_the_one_text
    bytes = desk.license(**PREVIOUS)
    text = Airlock::Text.canonical(bytes)
    [text, bytes, text.gsub("\n", "\r\n"), text.lines.map { |line| "> #{line}" }.join, text.downcase, "Hello\n\n#{text}\nBye"].each do |given|
      license = add!(given)
      assert_equal text, license.reload.data
      assert_equal Digest::SHA256.hexdigest(text), license.sha256
    end
  end

  def test_an_upload_is_read_as_bytes_and_as_text
    bytes = desk.license(**PREVIOUS)
    text = Airlock::Text.canonical(bytes)
    [bytes, text, "\xEF\xBB\xBF#{text}"].each do |content|
      Tempfile.create('nordhavn.gitlab-license', binmode: true) do |file|
        file.write(content)
        file.rewind
        license = License.create!(data_file: file)
        assert_equal [text, Encoding::UTF_8], [license.reload.data, license.data.encoding]
      end
    end
  end

  def test_post
    server = Rack::MockRequest.new(Api.new)
    answer = server.post('/api/v4/license', params: { license: desk.text(**PREVIOUS) })
    assert_equal [201, 'premium'], [answer.status, JSON.parse(answer.body)['plan']]
    users(111)
    answer = server.post('/api/v4/license',
                         params: { license: desk.text(more: %w[--previous-users 100 --subscription C]) })
    assert_equal [400, '111 users now, the license allows 110 (100 seats): 11 over the seats.'],
                 [answer.status, JSON.parse(answer.body)['message']]
  end

  def test_a_multipart_upload
    Tempfile.create(['nordhavn', '.gitlab-license'], binmode: true) do |file|
      file.write(desk.license(**PREVIOUS))
      file.flush
      upload = Rack::Multipart::UploadedFile.new(file.path, 'application/octet-stream', true)
      answer = Rack::MockRequest.new(Api.new).post('/admin/license',
                                                   params: { license: { data_file: upload } })
      assert_equal 201, answer.status, answer.body
      assert_equal Digest::SHA256.hexdigest(License.last.data), JSON.parse(answer.body)['sha256']
    end
  end

  def test_a_damaged_text_is_refused_and_its_line_named
    lines = desk.text.lines
    lines[3] = (lines[3].start_with?('A') ? 'C' : 'A') + lines[3][1..]
    license = add(lines.join)
    assert_equal [{ error: :invalid, airlock: :text_damaged }], license.errors.details[:base]
    assert_match(/\AThe license cannot be used: .*line 4.*\.\z/, license.errors.full_messages.first)
  end

  def test_a_license_for_another_instance_is_refused
    license = add(desk.text(more: ['--bind', Desk::OTHER_INSTANCE]))
    assert_equal [{ error: :invalid, airlock: :other_instance }], license.errors.details[:base]
    assert_match(/\AThe license cannot be used: .*#{Desk::OTHER_INSTANCE}.*\.\z/,
                 license.errors.full_messages.first)
  end

  def test_garbage_is_invalid_and_crashes_nothing
    [nil, '', 'hello', "\xD2\x84\0\0\xFF".b, "-----BEGIN AIRLOCK LICENSE-----\n", 'BEGIN AIRLOCK',
     desk.text.encode('UTF-16LE'), "BEGIN AIRLOCK \0"].each do |given|
      refute add(given).persisted?, given.inspect
    end
  end

  def test_what_is_no_upload_is_a_bad_call
    [nil, 5, 'text'].each do |file|
      assert_raises(Airlock::BadCall) { License.new.data_file = file }
    end
    [nil, 5].each { |records| assert_raises(Airlock::BadCall) { License.airlock_choose(records) } }
  end

  # What applies while it runs.

  def test_read_only_from_the_right_day
    license = add!(desk.text(set: %w[block_changes_days=14]))
    on('2026-11-14') do
      assert_equal [true, false, []], [license.expired?, license.block_changes?, blocks(license)]
    end
    on('2026-11-15') do
      assert_equal [true, %i[block_changes]], [license.block_changes?, blocks(license)]
    end
  end

  def test_the_banner_begins_where_the_signed_threshold_says
    { 2 => nil, 10 => 9, 15 => 14, 16 => 14, 25 => 23, 26 => 24, 99 => 90, 100 => 93, 999 => 925,
      1000 => 953 }.each do |seats, first|
      license = add!(desk.text(seats: seats))
      first ||= 2
      told = ->(count) { users(count) && license.airlock_few_seats_left? }
      assert_equal [false, true, true, true],
                   [told[first - 1], told[first], told[seats], told[seats + 1]], "#{seats} seats"
    end
  end

  def test_notices_have_figures_and_days
    license = add!(desk.text(set: %w[report_reminder_days=30]))
    users(95)
    @last_report = day('2026-09-01')
    on('2026-10-20') do
      assert_equal ['95 users now of 100 seats: 5 left',
                    'the last usage report is 49 days old: it is due after 30 days',
                    'the license ends soon: 2026-10-31 is its last day, today is 2026-10-20'].sort, license.airlock_notices.sort
    end
  end

  def test_the_notice_of_few_seats_fits_beyond_them_too
    license = add!(desk.text)
    { 100 => '0 left', 101 => '1 over the seats', 190 => '90 over the seats' }.each do |count, rest|
      users(count)
      assert_includes license.airlock_notices, "#{count} users now of 100 seats: #{rest}"
    end
  end

  def test_an_inactive_license_has_no_feature
    license = add!(desk.text(policy: 'gitlab-trial', till: '2025-12-01'))
    on('2025-11-30') { assert license.feature_available?(:epics) }
    on('2025-12-01') do
      assert_equal [true, false, true], [license.valid?, license.feature_available?(:epics),
                                         license.airlock_inactive?]
    end
  end

  def test_features_and_read_only_ask_for_no_figures
    Airlock.configure(roots: [desk.root], instance_id: Desk::INSTANCE, users_now: -> { flunk },
                      daily_users: ->(*) { flunk })
    license = License.new(data: desk.text)
    on('2025-10-31') { assert license.airlock_inactive? }
    on('2025-11-02') do
      assert license.feature_available?(:epics)
      refute license.block_changes? || license.airlock_refuses_new_users?
    end
  end

  # Several licenses.

  def test_a_renewal_takes_over_on_its_day
    first = add!(desk.text)
    now('2026-10-10')
    renewal = add!(desk.text(from: '2026-11-01', till: '2027-11-01', today: '2026-10-01'))
    { '2026-10-31' => first, '2026-11-01' => renewal, '2027-10-31' => renewal,
      '2027-11-05' => renewal }.each do |text, expected|
      on(text) { assert_equal [expected, expected], [License.current, License.airlock_choose(License.all)] }
    end
  end

  def test_the_last_issued_decides_whatever_the_order_of_installation
    now('2026-10-10')
    renewal = add!(desk.text(from: '2026-10-15', till: '2027-11-01', today: '2026-10-01'))
    add!(desk.text)
    on('2026-10-20') { assert_equal renewal, License.airlock_choose(License.all) }
  end

  def test_an_ended_license_can_be_deleted
    old = add!(desk.text(from: '2025-11-01', till: '2025-12-01'))
    now('2025-12-10')
    now = add!(desk.text(from: '2025-12-01', till: '2026-12-01'))
    old.reload.destroy!
    assert_equal [now], License.all.to_a
    assert_equal now, License.current
  end

  def test_old_and_new_licenses_stand_side_by_side
    old = add!(old_text(from: '2024-11-01', till: '2025-11-10'))
    assert_equal [false, nil, 'ultimate'], [old.airlock?, old.airlock_verdict, old.plan]
    future = add!(desk.text(from: '2025-11-10'))
    on('2025-11-09') do
      assert_equal [old, true], [License.current,
                                 License.current.feature_available?(:security_dashboard)]
    end
    on('2025-11-10') do
      assert_equal [future, false], [License.current,
                                     License.current.feature_available?(:security_dashboard)]
    end
    on('2025-11-10') { assert_equal future, License.airlock_choose(License.all) }
    assert old.reload.valid?
  end

  def test_an_old_license_keeps_its_own_checks
    users(111)
    assert_refused 'old check: 111 users, 11 over', add(old_text(previous_user_count: 5))
    users(110)
    add!(text = old_text(previous_user_count: 5))
    assert_equal text, License.last.data
    HistoricalData.record('2025-05-01', 112)
    true_up = { trueup_quantity: 10, trueup_from: '2024-11-01', trueup_to: '2025-10-31',
                previous_user_count: 100 }
    assert_refused 'old check: 12 owed', add(old_text(**true_up)), type: :check_trueup
    assert_refused 'old check: expired', add(old_text(from: '2020-01-01', till: '2021-01-01'))
  end

  def test_another_name_of_a_validation_is_replaced_too
    model = Class.new(ActiveRecord::Base) do
      self.table_name = 'licenses'
      def self.name = 'OtherLicense'
      validate :seats_of_my_own
      def seats_of_my_own = errors.add(:base, 'my own check')
      def license = nil
      prepend Airlock::GitlabModel
      airlock_replaces :seats_of_my_own
    end
    assert model.new(data: desk.text).valid?
    refute model.new(data: 'old').valid?
  end

  def test_a_bad_set_up_is_raised_and_does_not_look_like_no_license
    text = desk.text
    add!(text)
    Airlock.configure(roots: [], instance_id: Desk::INSTANCE)
    assert_raises(Airlock::ConfigurationError) { License.current }
  end

  private

  def blocks(license)
    license.airlock_verdict.effects & %i[block_changes]
  end
end
