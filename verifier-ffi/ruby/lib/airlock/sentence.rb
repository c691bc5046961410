# frozen_string_literal: true

module Airlock
  # Findings as sentences: what was found, then what is allowed, with figures and days. Overage is
  # counted from the seats, never from the tolerated number.
  module Sentence
    class << self
      include Counted

      # @param finding [Finding]
      # @return [String]
      def of(finding)
        written(finding) || plain(finding)
      end

      private

      def written(finding)
        case finding.code
        when :users_over_seats then over_now(finding)
        when :peak_over_seats then over_peak(finding)
        when :true_up_too_small then true_up(finding)
        when :few_seats_left then few_left(finding)
        when :no_seat_left then none_left(finding)
        when :report_due then report_due(finding)
        when :ended, :read_only, :features_ended, :trial_key_ended then term(finding)
        when :ends_soon, :ends_soon_for_users then term(finding)
        when :not_started then not_started(finding)
        end
      end

      def over_now(finding)
        now = finding.condition('users_now', '>')
        return unless now

        "#{users(now['observed'])} now, #{allowed(finding, now)}#{over(finding, now['observed'])}"
      end

      def over_peak(finding)
        peak = finding.condition('users_max', '>')
        peak && "#{peak_words(peak)}, #{allowed(finding, peak)}#{over(finding, peak['observed'])}"
      end

      def true_up(finding)
        peak = finding.condition('users_max', '>')
        paid = finding.license.terms.dig('true_up', 'quantity')
        terms = finding.license.terms
        base = terms.dig('true_up', 'base') || terms['previous_users']
        return unless peak && paid && base

        "#{peak_words(peak)}, the true-up allows #{peak['threshold']} " \
          "(#{base} before, #{paid} paid for): #{peak['observed'] - base} over the #{base}"
      end

      def few_left(finding)
        now = finding.condition('users_now')
        seats = finding.license.terms['seats']
        return unless now && seats

        left = seats - now['observed']
        rest = left.negative? ? "#{-left} over the seats" : "#{left} left"
        "#{users(now['observed'])} now of #{counted(seats, 'seat')}: #{rest}"
      end

      def none_left(finding)
        now = finding.condition('users_now', '>')
        return unless now

        seats = finding.license.terms['seats']
        most = seats ? "the #{counted(seats, 'seat')}" : "the license allows (#{now['threshold']})"
        "#{users(now['observed'])} would be more than #{most}: no user can be added"
      end

      def report_due(finding)
        age = finding.condition('report_age', '>')
        return unless age

        due = "it is due after #{counted(age['threshold'] + 1, 'day')}"
        return "no usage report since #{finding.license.from}: #{due}" unless finding.reported

        "the last usage report is #{counted(age['observed'], 'day')} old: #{due}"
      end

      def term(finding)
        return unless finding.condition('today')

        license = finding.license
        day = today(finding)
        last = license.until - 1
        soon = day < license.until
        return "the license ends soon: #{last} is its last day, today is #{day}" if soon

        "the license has ended: #{last} was its last day, today is #{day}#{consequence(finding)}"
      end

      def not_started(finding)
        "the license begins on #{finding.license.from}, today is #{today(finding)}"
      end

      def consequence(finding)
        case finding.effect
        when :block_changes then '; the instance is read-only'
        when :inactive then '; its features are off'
        else ''
        end
      end

      def today(finding)
        Facts::EPOCH + finding.condition('today')['observed']
      end

      def peak_words(peak)
        on = peak['on'] ? " on #{peak['on']}" : ''
        window = "of the license's term"
        window = "from #{peak['from']} through #{peak['to']}" if peak['from']
        "#{users(peak['observed'])}#{on} (the most #{window})"
      end

      def allowed(finding, condition)
        seats = finding.license.terms['seats']
        "the license allows #{condition['threshold']}#{seats ? " (#{counted(seats, 'seat')})" : ''}"
      end

      def over(finding, observed)
        seats = finding.license.terms['seats']
        seats && observed > seats ? ": #{observed - seats} over the seats" : ''
      end

      def users(count) = counted(count, 'user')

      def plain(finding)
        conditions = finding.conditions.map { |condition| plain_condition(condition) }
        "rule #{finding.code}: #{conditions.join(', ')}"
      end

      def plain_condition(condition)
        bound = condition['threshold']
        observed = condition['observed']
        if condition['fact'] == 'today'
          bound, observed = [bound, observed].map { |day| day && (Facts::EPOCH + day) }
        end
        known = observed || 'not known'
        "#{condition['fact']} is #{known}, compared with #{condition['op']} #{bound}"
      end
    end
  end
end
