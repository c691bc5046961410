# frozen_string_literal: true

module Airlock
  # Why a license is refused, as the model says it: one sentence for one cause, in plain text, with
  # the model's own types of error.
  #
  # @api private
  module GitlabRefusals
    # One refusal: the model's type, Airlock's code, and the sentence.
    Refusal = Struct.new(:type, :code, :sentence)

    # Rules that speak of the end in different words.
    END_RULES = %i[ended ends_soon read_only features_ended trial_key_ended].freeze
    FACTS = { 'users_now' => 'the users now', 'users_max' => 'the daily users' }.freeze
    TRUE_UP = %w[quantity from to].freeze
    UNDECIDED = 'It cannot be decided whether the license may be activated'

    class << self
      # @param error [Airlock::Error] the text is no license that may be used
      # @return [Array<Refusal>]
      def of_error(error)
        [refusal(:invalid, error.code, "The license cannot be used: #{error.message}")]
      end

      # @param verdict [Verdict] of an activation
      # @return [Array<Refusal>] none where the license may be activated
      def of_verdict(verdict)
        refused = verdict.refusals.uniq { |finding| cause(finding) }
        refused = refused.map { |finding| refusal(type(finding), finding.code, finding.message) }
        refused + undecided(verdict)
      end

      private

      def undecided(verdict)
        missing = verdict.undecided(:refuse_activation, :inactive).flat_map(&:missing).uniq
        return [] if missing.empty?

        words = missing.map { |fact| FACTS.fetch(fact, fact) }.join(' and ')
        [refusal(:invalid, :fact_missing, "#{UNDECIDED}: #{words} are not known")]
      end

      def cause(finding)
        END_RULES.include?(finding.code) ? :end : finding.code
      end

      # Which of the model's validations would have said it.
      def type(finding)
        case finding.code
        when :true_up_too_small then :check_trueup
        when :users_over_seats then seats_type(finding.license.terms)
        else :invalid
        end
      end

      def seats_type(terms)
        reconciled = terms.fetch('flags', []).include?('reconciliation_completed')
        true_up = (TRUE_UP - terms.fetch('true_up', {}).keys).empty?
        reconciled || true_up ? :check_available_seats : :invalid
      end

      def refusal(type, code, words)
        Refusal.new(type, code, "#{plain(words)}.")
      end

      # A page may take it as HTML, and Rails looks for %{names} in it.
      def plain(words)
        words = words.tr('<>', '()').gsub('%{', '% {').sub(/\.+\z/, '')
        words[0].upcase + words[1..]
      end
    end
  end
end
