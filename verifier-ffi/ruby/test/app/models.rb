# frozen_string_literal: true

require_relative '../support/old_gem'

# Stored counts, taken once a day; an admin may edit them.
class HistoricalData < ActiveRecord::Base
  self.table_name = 'historical_data'

  class << self
    # The most in whole days of the server's zone, 0 without data.
    def most(from, to)
      where(recorded_at: from.beginning_of_day..to.end_of_day).maximum(:active_user_count) || 0
    end

    def record(day, users)
      create!(recorded_at: "#{day} 12:00:03 UTC", active_user_count: users)
    end
  end
end

# What is counted at night.
class Measurement < ActiveRecord::Base
  def self.record(users)
    create!(recorded_at: Time.current, count: users)
  end
end

# A small license model of our own, with the public names of an instance's. What it refuses and when
# follows what is known of GitLab's behaviour, in our own words.
class License < ActiveRecord::Base
  FEATURES = { 'premium' => %i[epics], 'ultimate' => %i[epics security_dashboard] }.freeze

  class << self
    def current
      newest = order(id: :desc).limit(100).select { |record| record.valid? && record.started? }
      newest.find { |record| !record.expired? } || newest.first
    end
  end

  validate :valid_license
  validate :check_users_limit, if: :new_record?, unless: -> { with_true_up? || reconciled? }
  validate :check_trueup, if: :new_record?, unless: -> { !with_true_up? || reconciled? }
  validate :check_available_seats, if: -> { new_record? && reconciled? }
  validate :not_expired, if: :new_record?

  delegate :starts_at, :expires_at, :block_changes_at, :block_changes?, :expired?, :restrictions,
           :licensee,
           :cloud_licensing?, to: :license

  def data_file=(file)
    self.data = file.read
  end

  def license
    return if data.blank?

    @license ||= Gitlab::License.import(data)
  rescue Gitlab::License::ImportError
    nil
  end

  def license?
    !license.nil? && license.valid?
  end

  def started? = starts_at <= Date.current
  def future_dated? = starts_at > Date.current

  def plan
    restrictions.fetch(:plan)
  end

  def feature_available?(feature)
    FEATURES.fetch(plan).include?(feature)
  end

  # The last measurement that was stored, else 0: what is compared and shown.
  def daily_billable_users_count
    Measurement.order(:recorded_at, :id).last&.count || 0
  end

  # The identity of a license: SHA-256 of its text with LF line ends and one final newline.
  def sha256
    Digest::SHA256.hexdigest("#{data.gsub("\r\n", "\n").sub(/\n+\z/, '')}\n")
  end

  # The term of the license that is current now; without one, the new term a year earlier.
  def period_before
    before = self.class.current
    before ? [before.starts_at, before.expires_at] : [starts_at << 12, expires_at << 12]
  end

  private

  def said(name) = license? ? restrictions[name] : nil
  def reconciled? = said(:reconciliation_completed)
  def with_true_up? = %i[trueup_quantity trueup_from trueup_to].all? { |name| said(name) }
  def seats = said(:active_user_count)
  def checks_seats? = license? && !cloud_licensing?

  def valid_license
    errors.add(:base, :invalid, message: 'The license key is invalid.') unless license?
  end

  def check_users_limit
    return unless checks_seats? && seats

    most = HistoricalData.most(*period_before)
    previous = said(:previous_user_count)
    users = previous && most <= previous ? daily_billable_users_count : most
    return if users <= tolerated(seats)

    errors.add(:base, :invalid, message: "old check: #{users} users, #{users - seats} over")
  end

  def check_trueup
    return unless checks_seats?

    base = said(:trueup_period_seat_count) || said(:previous_user_count)
    owed = base && (HistoricalData.most(said(:trueup_from).to_date,
                                        said(:trueup_to).to_date) - base)
    return check_available_seats if owed.nil? || owed <= tolerated(said(:trueup_quantity))

    errors.add(:base, :check_trueup, message: "old check: #{owed} owed")
  end

  def check_available_seats
    return unless checks_seats? && seats

    users = daily_billable_users_count
    return if users <= tolerated(seats)

    words = "old check: #{users} users now, #{users - seats} over"
    errors.add(:base, :check_available_seats, message: words)
  end

  def not_expired
    errors.add(:base, :invalid, message: 'old check: expired') if license? && expired?
  end

  def tolerated(count) = count + (count / 10)
end

License.prepend(Airlock::GitlabModel)
