# frozen_string_literal: true

module Airlock
  # The day and the figures that GitLab itself compares and shows. What {Airlock.configure} is not
  # given is asked for here; outside GitLab no figure is known, and the day is the UTC one.
  module GitlabFigures
    class << self
      # @return [Date] the day in the server's time zone, by which GitLab's model decides
      def today
        Date.respond_to?(:current) ? Date.current : Time.now.utc.to_date
      end

      # @return [Integer, nil] the last measurement that was stored
      def users_now
        ::License.new.daily_billable_users_count if model?
      end

      # A row belongs to the day that it has in the server's time zone, where GitLab's windows end.
      #
      # @param from [Date]
      # @param to [Date]
      # @return [Array, nil] pairs of a day and its users
      def daily_users(from, to)
        return unless model? && defined?(::HistoricalData)

        rows = ::HistoricalData.where(recorded_at: from.beginning_of_day..to.end_of_day)
        rows.pluck(:recorded_at, :active_user_count).map { |at, users| [at.in_time_zone.to_date, users] }
      end

      private

      def model?
        defined?(::License) && ::License.respond_to?(:airlock_choose)
      end
    end
  end
end
