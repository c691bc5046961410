# frozen_string_literal: true

require_relative '../test_helper'
require_relative '../app/database'
Database.connect(ENV.fetch('TEST_DATABASE', ':memory:'))
Database.create
require_relative '../app/models'
require_relative '../app/api'
require 'active_support/testing/time_helpers'

# Tests of the model in an instance of their own, whose clock, zone and stored figures they set.
class GitlabCase < AirlockTest
  include ActiveSupport::Testing::TimeHelpers

  PREVIOUS = { more: %w[--previous-users 100] }.freeze
  ZONES = %w[UTC Asia/Tokyo Pacific/Honolulu Pacific/Kiritimati].freeze

  def setup
    super
    [License, HistoricalData, Measurement].each(&:delete_all)
    Time.zone = 'UTC'
    now('2025-11-01')
    Airlock.configure(roots: [desk.root], instance_id: Desk::INSTANCE,
                      last_report: -> { @last_report })
    users(81)
  end

  def teardown
    Time.zone = 'UTC'
    travel_back
    super
  end

  # Noon of a day in the server's zone, or a moment in UTC.
  def now(text)
    travel_to(text.size == 10 ? Time.zone.parse("#{text} 12:00") : Time.utc(*text.scan(/\d+/).map(&:to_i)))
  end

  def on(text)
    now(text)
    yield
  end

  def zone(name)
    Time.zone = name
  end

  # So many users now, as the night's measurement has stored it.
  def users(count)
    Measurement.delete_all
    Measurement.record(count)
  end

  def add(data)
    License.new(data: data).tap(&:save)
  end

  def add!(data)
    License.create!(data: data)
  end

  def assert_refused(words, license, type: :invalid)
    refute license.persisted?
    assert_equal [words], license.errors.full_messages
    assert_equal [type], license.errors.map(&:type)
  end

  def old_text(from: '2025-11-01', till: '2026-11-01', seats: 100, **restrictions)
    Gitlab::License.export(licensee: { Name: 'Ida' }, issued_at: from, expires_at: till,
                           block_changes_at: till,
                           restrictions: { active_user_count: seats, plan: 'ultimate', **restrictions })
  end
end
