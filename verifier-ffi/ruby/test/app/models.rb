# frozen_string_literal: true

require_relative '../support/old_gem'

class HistoricalData < ActiveRecord::Base
  self.table_name = 'historical_data'

  def self.daily(from, to)
    where(recorded_at: from.beginning_of_day..to.end_of_day).pluck(:recorded_at, :active_user_count)
  end

  def self.record(day, users)
    create!(recorded_at: "#{day} 12:00:03 UTC", active_user_count: users)
  end
end

# A small license model of our own, with the public names of an instance's.
class License < ActiveRecord::Base
  FEATURES = { 'premium' => %i[epics], 'ultimate' => %i[epics security_dashboard] }.freeze

  class << self
    attr_accessor :users_now

    def current
      newest = order(id: :desc).limit(100).select { |record| record.valid? && record.started? }
      newest.find { |record| !record.expired? } || newest.first
    end
  end

  validate :valid_license
  validate :check_users_limit, if: :new_record?
  validate :check_trueup, if: :new_record?
  validate :not_expired, if: :new_record?

  delegate :starts_at, :expires_at, :block_changes_at, :block_changes?, :expired?, :restrictions, :licensee, to: :license

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

  def started?
    starts_at <= Gitlab::License.today.call
  end

  def plan
    restrictions.fetch(:plan)
  end

  def feature_available?(feature)
    FEATURES.fetch(plan).include?(feature)
  end

  # The identity of a license: SHA-256 of its text with LF line ends and one final newline.
  def sha256
    Digest::SHA256.hexdigest("#{data.gsub("\r\n", "\n").sub(/\n+\z/, '')}\n")
  end

  private

  def valid_license
    errors.add(:base, 'The license key is invalid.') unless license?
  end

  def check_users_limit
    return unless license?

    seats = restrictions[:active_user_count]
    errors.add(:base, 'old check: too many users') if seats && self.class.users_now > seats + (seats / 10)
  end

  def check_trueup
    errors.add(:base, 'old check: true-up') if license? && restrictions[:trueup_quantity].to_i > 1_000
  end

  def not_expired
    errors.add(:base, 'old check: expired') if license&.expired?
  end
end

License.prepend(Airlock::GitlabModel)
