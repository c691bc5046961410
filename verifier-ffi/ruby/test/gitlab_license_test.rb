# frozen_string_literal: true

require_relative 'test_helper'
require_relative 'support/old_gem'

class GitlabLicenseTest < AirlockTest
  def import(**terms)
    Airlock::GitlabLicense.import(desk.text(**terms))
  end

  # Attributes and predicates of docs/GITLAB.md section 1.
  READERS = %i[
    version licensee starts_at issued_at expires_at notify_admins_at notify_users_at
    block_changes_at next_sync_at last_synced_at activated_at cloud_licensing_enabled
    offline_cloud_licensing_enabled auto_renew_enabled seat_reconciliation_enabled
    operational_metrics_enabled generated_from_customers_dot generated_from_cancellation
    temporary_extension restrictions valid? validate! expired? will_expire? will_notify_admins?
    will_notify_users? will_block_changes? notify_admins? notify_users? block_changes? restricted?
    cloud_licensing? offline_cloud_licensing? auto_renew? seat_reconciliation? operational_metrics?
    generated_from_customers_dot? generated_from_cancellation? temporary_extension? attributes
    as_json to_json activated? will_sync? gl_team_license? jh_team_license? export
  ].freeze
  ATTRIBUTES = %i[
    version licensee starts_at expires_at notify_admins_at notify_users_at block_changes_at
    next_sync_at last_synced_at activated_at cloud_licensing_enabled offline_cloud_licensing_enabled
    auto_renew_enabled seat_reconciliation_enabled operational_metrics_enabled
    generated_from_customers_dot generated_from_cancellation temporary_extension restrictions
  ].freeze

  def test_every_method_of_the_old_object_answers
    license = import
    READERS.each { |name| assert_respond_to license, name }
    READERS.each { |name| license.public_send(name) }
  end

  def test_the_terms
    license = import
    assert_equal({ 'Name' => 'Ida Thorsen', 'Email' => 'ida.thorsen@nordhavn.example',
                   'Company' => 'Nordhavn Shipyards A/S' },
                 license.licensee)
    assert_equal [day('2025-11-01')] * 2 + [day('2026-11-01')],
                 [license.starts_at, license.issued_at, license.expires_at]
    assert_equal [1, true, true], [license.version, license.valid?, license.validate!]
    assert_equal [nil] * 3, [license.next_sync_at, license.last_synced_at, license.activated_at]
  end

  def test_the_dates_come_from_the_signed_rules
    license = import(set: %w[notify_admins_days=20 notify_users_days=5 block_changes_days=14])
    dates = [license.notify_admins_at, license.notify_users_at, license.block_changes_at]
    assert_equal [day('2026-10-12'), day('2026-10-27'), day('2026-11-15')], dates
    dates.each { |date| assert_instance_of Date, date }
    assert_turns_on('2026-10-12') { license.notify_admins? }
    assert_turns_on('2026-10-27') { license.notify_users? }
    assert_turns_on('2026-11-15') { license.block_changes? }
    assert_turns_on('2026-11-01') { license.expired? }
    assert_equal dates, [license.will_notify_admins?, license.will_notify_users?,
                         license.will_block_changes?]
    assert_equal [license.expires_at, nil, nil],
                 [license.will_expire?, license.will_sync?, license.activated?]
  end

  def test_few_seats_or_a_report_that_is_due_do_not_move_the_notice_of_the_end
    @users_now = 100
    license = import(set: %w[report_reminder_days=30])
    @today = day('2026-03-01')
    assert_equal %i[notify_admins], license.verdict.effects
    refute license.notify_admins?
    assert_equal day('2026-10-17'), license.notify_admins_at
  end

  def test_without_a_read_only_rule_the_day_never_comes
    license = import(set: %w[block_changes_days=off])
    assert_equal Airlock::GitlabLicense::NEVER, license.block_changes_at
    assert_equal [license.block_changes_at, false],
                 [license.will_block_changes?, license.block_changes?]
    on('9999-12-30') { refute license.block_changes? }
    on('9999-12-30') { refute @today >= license.block_changes_at }
  end

  def test_an_inactive_license_is_read_only_too
    license = import(set: %w[block_changes_days=off inactive_days=30])
    assert_equal day('2026-12-01'), license.block_changes_at
    assert_turns_on('2026-12-01') { license.block_changes? }
  end

  def test_a_trial_is_never_read_only
    license = import(policy: 'gitlab-trial', till: '2025-12-01')
    assert_nil license.block_changes_at
    assert_equal [nil] * 4, [license.will_block_changes?, license.will_notify_users?,
                             license.notify_users_at, license.notify_users?]
    on('2026-06-01') do
      assert_equal [true, nil, true], [license.expired?, license.block_changes?,
                                       license.verdict.inactive?]
    end
    assert_equal [true, true], [license.restrictions[:trial], license.restricted?(:trial)]
    assert_equal day('2025-11-24'), license.notify_admins_at
  end

  def test_the_flags_follow_the_policy_and_the_desk
    legacy = import
    refute legacy.cloud_licensing? || legacy.offline_cloud_licensing? || legacy.auto_renew?
    flags = %w[auto_renew temporary_extension generated_from_customers_dot seat_reconciliation
               operational_metrics generated_from_cancellation]
    cloud = import(policy: 'gitlab-offline-cloud', more: flags.flat_map { |flag| ['--flag', flag] })
    %i[cloud_licensing offline_cloud_licensing auto_renew seat_reconciliation
       operational_metrics].each do |name|
      found = [cloud.public_send("#{name}?"), cloud.public_send("#{name}_enabled")]
      assert_equal [true, true], found
    end
    %i[temporary_extension generated_from_customers_dot generated_from_cancellation].each do |name|
      assert_equal [true, true], [cloud.public_send("#{name}?"), cloud.public_send(name)]
    end
  end

  def test_the_restrictions
    license = import(more: %w[
      --subscription A-S00012345 --subscription-id 77 --restriction-id 4711 --previous-users 95
      --true-up 12 --true-up-from 2024-11-01 --true-up-to 2025-10-31 --true-up-base 90
      --reconciled --legacy-add-on GitLab_FileLocks:1 --add-on duo_pro:10 --add-on
      duo_pro:5:2026-01-01:2026-06-01:P-9 --add-on duo_core:3:2025-12-01:2026-02-01:P-8:trial
    ])
    expected = {
      active_user_count: 100, plan: 'premium', id: 4711, subscription_id: '77',
      subscription_name: 'A-S00012345',
      previous_user_count: 95, reconciliation_completed: true, add_ons: { 'GitLab_FileLocks' => 1 },
      add_on_products: {
        duo_pro: [
          { quantity: 10, started_on: '2025-11-01', expires_on: '2026-11-01', purchase_xid: nil,
            trial: false },
          { quantity: 5, started_on: '2026-01-01', expires_on: '2026-06-01', purchase_xid: 'P-9',
            trial: false }
        ],
        duo_core: [{ quantity: 3, started_on: '2025-12-01', expires_on: '2026-02-01',
                     purchase_xid: 'P-8', trial: true }]
      },
      trueup_quantity: 12, trueup_from: '2024-11-01', trueup_to: '2025-10-31',
      trueup_period_seat_count: 90
    }
    assert_equal expected, license.restrictions
    assert license.restricted? && license.restricted?(:trueup_from) && license.restricted?('plan')
    refute license.restricted?(:trial)
    assert_equal 10, license.restrictions.dig(:add_on_products, 'duo_pro', 0, 'quantity')
    assert_equal expected, Marshal.load(Marshal.dump(license.restrictions))
  end

  def test_unlimited_seats_are_absent
    license = import(seats: nil)
    assert_equal({ plan: 'premium' }, license.restrictions)
    refute license.restricted?(:active_user_count)
  end

  def test_attributes_and_json
    license = import
    assert_equal day('2025-11-01'), license.attributes['issued_at']
    assert_equal({ plan: 'premium', active_user_count: 100 }, license.attributes['restrictions'])
    assert_equal ATTRIBUTES.map(&:to_s).sort, license.as_json.keys.sort
    assert_equal %w[2025-11-01 2026-11-01],
                 license.as_json.values_at('starts_at', 'block_changes_at')
    assert_equal({ 'Name' => 'Ida Thorsen' },
                 license.as_json(only: 'licensee')['licensee'].slice('Name'))
    assert_equal %w[starts_at], license.as_json(only: :starts_at).keys
    parsed = JSON.parse(license.to_json)
    assert_equal ['2025-11-01', 100, false],
                 [parsed['starts_at'], parsed['restrictions']['active_user_count'],
                  parsed['auto_renew_enabled']]
    assert_equal parsed, JSON.parse(JSON.generate(license))
    assert_equal license.as_json, parsed
  end

  def test_what_was_signed_cannot_be_set
    license = import(more: %w[--add-on duo_pro:10 --legacy-add-on GitLab_Geo:1])
    ATTRIBUTES.each do |name|
      before = license.public_send(name)
      error = assert_raises(Airlock::BadCall, name.to_s) { license.public_send("#{name}=", 5) }
      assert_equal :signed, error.code
      assert_equal [before], [license.public_send(name)]
    end
    [license.restrictions, license.restrictions[:add_ons],
     license.restrictions[:add_on_products][:duo_pro],
     license.restrictions[:add_on_products][:duo_pro][0], license.licensee,
     license.licensee['Email']].each { |part| assert part.frozen? }
  end

  def test_the_exported_text_imports_again
    license = import
    assert_equal license.restrictions, Airlock::GitlabLicense.import(license.export).restrictions
    assert_equal license.airlock_license.text, license.export
  end

  def test_licenses_of_the_makers
    refute import.gl_team_license? || import.jh_team_license?
    team = ->(company, mail) { import(company: company, mail: mail) }
    assert_equal [true, false], teams(team['GitLab Inc.', 'ida@gitlab.com'])
    assert_equal [false, true], teams(team['GitLab China', 'ida@jihulab.com'])
    assert_equal [false, false], teams(team['GitLab Inc.', 'ida@gitlab.com.example'])
    assert_equal [false, false], teams(team['Nordhavn', 'ida@gitlab.com'])
  end

  def test_an_ended_and_a_future_license_import
    ended = import(from: '2024-06-01', till: '2025-06-01', today: '2024-05-20')
    assert_equal [true, true, true], [ended.valid?, ended.expired?, ended.block_changes?]
    future = import(from: '2026-01-01', till: '2027-01-01')
    assert_equal [true, false, true], [future.valid?, future.expired?, future.verdict.inactive?]
  end

  def test_a_license_that_refuses_everything_imports_with_its_effects
    @users_now = 500
    license = import(set: %w[hard_stop=true inactive_days=0])
    @today = day('2027-01-01')
    assert license.valid?
    assert_equal %i[notify_admins notify_users refuse_new_users block_changes inactive],
                 license.verdict.effects
  end

  # No shipped policy has such rules; a later one may.
  def test_a_read_only_rule_that_asks_for_users_has_no_day
    over = { 'fact' => 'users_now', 'op' => '>', 'threshold' => 5 }
    day_20_to_30 = [{ 'fact' => 'today', 'op' => '>', 'threshold' => 19 },
                    { 'fact' => 'today', 'op' => '<=', 'threshold' => 30 }]
    never = [{ 'fact' => 'today', 'op' => '>', 'threshold' => 40 },
             { 'fact' => 'today', 'op' => '<=', 'threshold' => 30 }]
    rules = [[over], day_20_to_30, never].map do |all|
      { 'effect' => 'block_changes', 'conditions' => all }
    end
    timed = Airlock::TimedRules.new(rules, :block_changes)
    assert timed.conditional?
    assert_equal day('1970-01-21'), timed.first_day
    assert_equal [false, true, true, false],
                 [20, 21, 31, 32].map { |n| timed.apply?(Date.new(1970, 1, 1) + n - 1) }
    assert_nil Airlock::TimedRules.new([rules.last], :block_changes).first_day
  end

  def test_what_is_no_license_is_an_import_error_of_the_old_gem
    text = desk.text
    stranger = -> { configure(roots: [desk.stranger]) }
    { nil => :bad_argument, 42 => :bad_argument, '' => :empty, "\0" => nil,
      'hello' => :text_missing,
      text[0, 200] => :text_incomplete, "#{text} " => :text_not_canonical }.each do |given, code|
      error = assert_raises(Gitlab::License::ImportError) { Airlock::GitlabLicense.import(given) }
      assert_kind_of Airlock::Error, error
      assert_instance_of Airlock::ImportError, error
      assert_equal code, error.code if code
    end
    stranger.call
    error = assert_raises(Gitlab::License::ImportError) { Airlock::GitlabLicense.import(text) }
    assert_equal :unknown_key, error.code
  end

  def test_a_bad_set_up_is_never_an_import_error
    Airlock.configure(roots: [], instance_id: Desk::INSTANCE)
    assert_raises(Airlock::ConfigurationError) { Airlock::GitlabLicense.import('x') }
    Airlock.configure(roots: [desk.root], instance_id: -> {})
    assert_raises(Airlock::ConfigurationError) { Airlock::GitlabLicense.import('x') }
  end

  def test_a_panic_is_never_an_import_error
    [1, 2, 3, 6].each do |status|
      error = assert_raises(StandardError) { Airlock::Native.check(status) }
      refute_kind_of Gitlab::License::ImportError, error
      refute_kind_of Airlock::Refused, error
    end
  end

  def test_without_the_old_gem_the_error_stands_alone
    assert_equal "StandardError\n", ruby("require 'airlock'\nputs Airlock::ImportError.superclass")
  end

  private

  def teams(license) = [license.gl_team_license?, license.jh_team_license?]

  # Off on the day before, on from the day.
  def assert_turns_on(text)
    on((day(text) - 1).iso8601) { refute yield }
    on(text) { assert yield }
  end
end
