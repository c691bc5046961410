# frozen_string_literal: true

module Airlock
  # The UTC day of what hosts write for a day or a moment.
  #
  # @api private
  module UtcDay
    DATE = /(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)/.freeze
    CLOCK = /(?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d)(?::[0-5]\d(?:[.,]\d+)?)?/.freeze
    ZONE = /(?<zone>Z|UTC|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)/.freeze
    TEXT = /\A#{DATE}(?:[T ]#{CLOCK}(?: ?#{ZONE})?)?\z/.freeze
    DAY_MINUTES = 24 * 60

    EXPECTED = 'a Date, a Time, or a text like 2026-03-01 or 2026-03-01T12:00:00+09:00'

    class << self
      # A text without a zone means the day that it names.
      #
      # @param given [Date, Time, String]
      # @return [Date]
      # @raise [BadCall]
      def of(given)
        case given
        when DateTime then plain(given.new_offset(0))
        when Date then plain(given)
        when String then of_text(given)
        else of_time(given)
        end
      end

      private

      # A subclass may have a time; what is compared and kept is the day alone.
      def plain(date) = date.instance_of?(Date) ? date : Date.new(date.year, date.month, date.day)

      def of_time(given)
        return given.getutc.to_date if given.is_a?(Time) || time_with_zone?(given)

        Argument.refuse(given, EXPECTED)
      end

      # As ActiveSupport's.
      def time_with_zone?(given) = given.respond_to?(:getutc) && given.respond_to?(:time_zone)

      def of_text(text)
        found = TEXT.match(text) if Argument.plain_text?(text)
        parts = found && %i[year month day].map { |name| Integer(found[name], 10) }
        return Argument.refuse(text, EXPECTED) unless parts && Date.valid_date?(*parts)

        Date.new(*parts) + days_to_utc(found)
      end

      def days_to_utc(found)
        return 0 unless found[:zone]

        (minutes(found[:hour] + found[:minute]) - offset(found[:zone])).div(DAY_MINUTES)
      end

      def offset(zone)
        return 0 if %w[Z UTC].include?(zone)

        size = minutes(zone.delete('+:-').ljust(4, '0'))
        zone.start_with?('-') ? -size : size
      end

      def minutes(digits) = (Integer(digits[0, 2], 10) * 60) + Integer(digits[2, 2], 10)
    end
  end
end
