# frozen_string_literal: true

module Airlock
  # What the instance knows when it asks. Immutable: make it once and check many licenses, from any thread.
  class Facts
    EPOCH = Date.new(1970, 1, 1)
    LAST_DAY = 2_932_896
    MOST_USERS = 16_777_215
    MOST_DAYS = 10_958

    # @return [Date]
    attr_reader :today

    # @api private
    # @return [FFI::Pointer]
    attr_reader :pointer

    # @param day [Date]
    # @return [Integer] days since 1970-01-01
    # @raise [BadCall]
    def self.day_number(day)
      raise BadCall.new("expected a Date, found #{day.class}", code: :bad_argument) unless day.instance_of?(Date)

      number = (day - EPOCH).to_i
      return number if number.between?(0, LAST_DAY)

      raise BadCall.new("found the day #{day}, expected one from 1970 to 9999", code: :bad_argument)
    end

    # @param today [Date] the UTC day
    # @param activating [Boolean] whether the license is being activated
    # @param users_now [Integer, nil] billable users now; nil: not known
    # @param users_adding [Integer] users about to be added
    # @param daily [Enumerable, nil] pairs of a day (Date, Time or ISO text) and its users; of several figures for a day
    #   the largest counts, one that is nil is no figure. An empty list is known: its maximum is 0. nil: not known
    # @param last_report [Date, nil] the day of the last usage report
    # @raise [BadCall]
    def initialize(today:, activating: false, users_now: nil, users_adding: 0, daily: nil, last_report: nil)
      @today = today
      @struct = Native::FactsStruct.new
      @struct[:size] = Native::FactsStruct.size
      @struct[:today] = self.class.day_number(today)
      @struct[:activating] = activating ? 1 : 0
      @struct[:users_adding] = users(users_adding)
      @struct[:known] = put_users_now(users_now) | put_daily(daily) | put_last_report(last_report)
      @pointer = @struct.to_ptr
      freeze
    end

    private

    def users(count)
      raise BadCall.new("expected a number of users, found #{count.class}", code: :bad_argument) unless count.is_a?(Integer)
      return count if count.between?(0, MOST_USERS)

      raise BadCall.new("found #{count} users, expected 0 to #{MOST_USERS}", code: :over_limit)
    end

    def put_users_now(count)
      return 0 if count.nil?

      @struct[:users_now] = users(count)
      Native::KNOWS_USERS_NOW
    end

    def put_last_report(day)
      return 0 if day.nil?

      @struct[:last_report_day] = self.class.day_number(day)
      Native::KNOWS_LAST_REPORT
    end

    def put_daily(pairs)
      return 0 if pairs.nil?

      put_series(largest_by_day(pairs))
      Native::KNOWS_SERIES
    end

    def largest_by_day(pairs)
      pairs.each_with_object({}) do |(day, count), days|
        next if count.nil?

        number = self.class.day_number(date(day))
        days[number] = [days[number] || 0, users(count)].max
      end
    end

    def put_series(days)
      return if days.empty?

      first, last = days.keys.minmax
      length = last - first + 1
      raise BadCall.new("found #{length} days of users, expected at most #{MOST_DAYS}", code: :over_limit) if length > MOST_DAYS

      @series = FFI::MemoryPointer.new(:uint32, length)
      @series.write_array_of_uint32(Array.new(length) { |place| days.fetch(first + place, Native::NO_DATA) })
      @struct[:series_first_day] = first
      @struct[:series] = @series
      @struct[:series_len] = length
    end

    def date(day)
      return day if day.instance_of?(Date)
      return Date.iso8601(day) if day.is_a?(String)
      return day.to_time.utc.to_date if day.respond_to?(:to_time)

      raise BadCall.new("expected a day, found #{day.class}", code: :bad_argument)
    rescue Date::Error
      raise BadCall.new("found the day #{day.inspect[0, 40]}, expected YYYY-MM-DD", code: :bad_argument)
    end
  end
end
