# frozen_string_literal: true

module Airlock
  # What the instance knows when it asks. Immutable: make it once and check many licenses, from any
  # thread.
  class Facts
    include Whole

    EPOCH = Date.new(1970, 1, 1)
    LAST_DAY = 2_932_896
    MOST_USERS = 16_777_215
    MOST_DAYS = 10_958
    NAMES = %i[today activating users_now users_adding daily last_report].freeze

    # @return [Date]
    attr_reader :today

    # @return [Boolean] whether the day of a usage report is among them
    def report? = @struct[:known] & Native::KNOWS_LAST_REPORT != 0

    # @api private
    # @return [FFI::Pointer]
    attr_reader :pointer

    # @param day [Date]
    # @return [Integer] days since 1970-01-01
    # @raise [BadCall]
    def self.day_number(day)
      Argument.refuse(day, 'a Date') unless day.instance_of?(Date)

      number = (day - EPOCH).to_i
      return number if number.between?(0, LAST_DAY)

      raise BadCall.new("found the day #{day}, expected one from 1970 to 9999", code: :bad_argument)
    end

    # @param count [Integer]
    # @return [Integer] the same
    # @raise [BadCall]
    def self.users(count)
      Argument.kind(count, Integer, 'a number of users')
      return count if count.between?(0, MOST_USERS)

      words = "found #{Counted.counted(count, 'user')}, expected 0 to #{MOST_USERS}"
      raise BadCall.new(words, code: :over_limit)
    end

    # @param today [Date] the day on which the license is judged
    # @param activating [Boolean] whether the license is being activated
    # @param users_now [Integer, nil] billable users now; nil: not known
    # @param users_adding [Integer] users about to be added
    # @param daily [Enumerable, nil] pairs of a day and its users. A day is a Date, a Time or ISO
    #   text; a time with a zone means its UTC day. Of several figures for a day the largest counts,
    #   one that is nil is no figure. An empty list is known: its maximum is 0. nil: not known
    # @param last_report [Date, nil] the day of the last usage report, written like a day of `daily`;
    #   without one, its age counts from the license's first day
    # @raise [BadCall] whatever else is given
    def initialize(today: nil, activating: false, users_now: nil, users_adding: 0, daily: nil,
                   last_report: nil, **other)
      Argument.names(other, NAMES) unless other.empty?
      @today = today
      @struct = Native::FactsStruct.new
      @struct[:size] = Native::FactsStruct.size
      @struct[:today] = self.class.day_number(today)
      @struct[:activating] = Argument.flag(activating, 'activating') ? 1 : 0
      @struct[:users_adding] = self.class.users(users_adding)
      known = put_users_now(users_now) | put_daily(daily) | put_last_report(last_report)
      @struct[:known] = known
      @pointer = @struct.to_ptr
      freeze
    end

    # @return [String]
    def inspect = "#<#{self.class} #{today}>"

    private

    def put_users_now(count)
      return 0 if count.nil?

      @struct[:users_now] = self.class.users(count)
      Native::KNOWS_USERS_NOW
    end

    def put_last_report(day)
      return 0 if day.nil?

      @struct[:last_report_day] = number_of(day)
      Native::KNOWS_LAST_REPORT
    end

    def put_daily(pairs)
      return 0 if pairs.nil?

      put_series(largest_by_day(pairs))
      Native::KNOWS_SERIES
    end

    def largest_by_day(pairs)
      Argument.kind(pairs, Enumerable, 'pairs of a day and its users')
      pairs.each_entry.with_object({}) do |pair, days|
        day, count = pair_of(pair)
        number = number_of(day)
        days[number] = [days[number] || 0, self.class.users(count)].max unless count.nil?
      end
    end

    def pair_of(pair)
      return pair if pair.is_a?(Array) && pair.size == 2

      Argument.refuse(pair, 'a pair of a day and its users')
    end

    def number_of(day) = self.class.day_number(UtcDay.of(day))

    def put_series(days)
      return if days.empty?

      first, last = days.keys.minmax
      length = bounded(last - first + 1)
      @series = FFI::MemoryPointer.new(:uint32, length)
      counts = Array.new(length) { |place| days.fetch(first + place, Native::NO_DATA) }
      @series.write_array_of_uint32(counts)
      @struct[:series_first_day] = first
      @struct[:series] = @series
      @struct[:series_len] = length
    end

    def bounded(length)
      return length if length <= MOST_DAYS

      words = "found #{Counted.counted(length, 'day')} of users, expected at most #{MOST_DAYS}"
      raise BadCall.new(words, code: :over_limit)
    end
  end
end
