# frozen_string_literal: true

module Airlock
  # The rules of a license that have an effect from a day on: `today > n - 1` is "from day n".
  class TimedRules
    LAST_DAY = Date.new(9999, 12, 31)

    # @param rules [Array<Hash>] as {License#rules}
    # @param effect [Symbol]
    def initialize(rules, effect)
      of_effect = rules.select { |rule| rule['effect'] == effect.to_s }
      @timed, @conditional = of_effect.partition do |rule|
        rule['conditions'].all? { |condition| condition['fact'] == 'today' }
      end
    end

    # @return [Date, nil] the first day with the effect; nil where no day alone brings it
    def first_day
      @timed.filter_map { |rule| first_day_of(rule) }.min
    end

    # @param day [Date]
    # @return [Boolean]
    def apply?(day)
      number = (day - Facts::EPOCH).to_i
      @timed.any? { |rule| rule['conditions'].all? { |condition| holds?(condition, number) } }
    end

    # @return [Boolean] whether a rule with the effect asks for more than the day
    def conditional?
      @conditional.any?
    end

    private

    def first_day_of(rule)
      over, at_most = rule['conditions'].partition { |condition| condition['op'] == '>' }
      first = over.map { |condition| condition['threshold'] + 1 }.push(0).max
      last = at_most.map { |condition| condition['threshold'] }.push(Facts::LAST_DAY).min
      first <= last ? Facts::EPOCH + first : nil
    end

    def holds?(condition, number)
      condition['op'] == '>' ? number > condition['threshold'] : number <= condition['threshold']
    end
  end
end
