# frozen_string_literal: true

module Airlock
  # A rule with what was observed.
  class Finding
    include Fields

    # @return [Symbol] like `:users_over_seats`
    attr_reader :code

    # @return [Symbol] like `:refuse_activation`
    attr_reader :effect

    # @return [Symbol] `applies`, `does_not_apply`, `fact_missing`, `unsupported`
    attr_reader :status

    # @return [Integer, nil] the rule, counted from 1; nil for what holds of every license
    attr_reader :rule

    # @return [Array<Hash>] `fact`, `op`, `threshold`, `observed`, `on`, `from`, `to`, `holds`
    attr_reader :conditions

    # @return [License]
    attr_reader :license

    # @return [Boolean] whether the day of a usage report was given
    attr_reader :reported

    # @api private
    def initialize(found, license, reported: false)
      @code = found['code'].to_sym
      @effect = found['effect'].to_sym
      @status = found['status'].to_sym
      @rule = found['rule']
      @applies = found['applies']
      @conditions = found['conditions']
      @license = license
      @reported = reported
    end

    # @return [Boolean]
    def applies?
      @applies == true
    end

    # @return [String] one sentence with figures and days, for people
    def message
      Sentence.of(self)
    end

    # @return [Array<String>] the facts that are missing to decide
    def missing
      open = conditions.select { |condition| condition['holds'].nil? }
      open.map { |condition| condition['fact'] }
    end

    # @return [String]
    def inspect = "#<#{self.class} #{code}: #{status}>"

    # @param fact [String]
    # @param op [String, nil]
    # @return [Hash, nil] the first condition on this fact
    def condition(fact, op = nil)
      conditions.find do |condition|
        condition['fact'] == fact && (op.nil? || condition['op'] == op)
      end
    end

    private

    def fields
      { 'code' => code, 'effect' => effect, 'status' => status, 'rule' => rule,
        'applies' => applies?, 'message' => message, 'conditions' => conditions }
    end
  end
end
