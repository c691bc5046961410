# frozen_string_literal: true

module Airlock
  # What applies now, and the figures behind it. Immutable.
  class Verdict
    include Fields
    include Whole

    SIZE = Native::VerdictStruct.size

    EFFECTS_AT = Native::VerdictStruct.offset_of(:effects)
    UNDECIDED_AT = Native::VerdictStruct.offset_of(:undecided_effects)
    NOTES_AT = Native::VerdictStruct.offset_of(:notes)

    EFFECTS = {
      notify_admins: 1, notify_users: 2, refuse_new_users: 4, refuse_activation: 8,
      block_changes: 16, inactive: 32
    }.freeze

    ACTS = {
      add_users: Native::ACT_ADD_USERS, activate: Native::ACT_ACTIVATE, write: Native::ACT_WRITE,
      use: Native::ACT_USE
    }.freeze

    KNOWS_SEATS = 1
    KNOWS_USERS_NOW = 2
    KNOWS_USERS_MAX = 4
    KNOWS_USERS_MAX_DAY = 8
    KNOWS_SEATS_NEEDED = 16
    KNOWS_NEXT_CHANGE = 32

    NOT_STARTED = 1
    TRIAL_KEY_ENDED = 2
    REFUSES_INSTALL = 4
    NEXT_CHANGE_BEGINS = 8

    # What changes next, every other fact being as it is.
    NextChange = Struct.new(:day, :effect, :begins)

    # @return [License]
    attr_reader :license

    # @return [Facts]
    attr_reader :facts

    # @api private
    def initialize(license, facts, memory)
      @license = license
      @facts = facts
      @memory = memory
    end

    # @return [Array<Symbol>] what applies, lightest first
    def effects
      names(struct[:effects])
    end

    # @return [Array<Symbol>] what could apply: a figure is missing, or a rule needs a later version
    def undecided_effects
      names(struct[:undecided_effects])
    end

    # @return [Array<Symbol>] the figures that are missing to decide: `users_now`, `daily_users`
    def missing
      bits = struct[:missing]
      figures = { users_now: Native::KNOWS_USERS_NOW, daily_users: Native::KNOWS_SERIES }
      figures.filter_map { |name, bit| name if bits & bit != 0 }
    end

    # @return [Boolean] admins are to be told something
    def notify_admins? = effect?(1)
    # @return [Boolean] every user is to be told something
    def notify_users? = effect?(2)

    # The one question before something is done.
    #
    # @param act [Symbol] `add_users` (those about to be added, at least one), `activate`, `write`,
    #   `use`
    # @return [Boolean] true only where it is allowed, and every figure was given that this needs
    # @raise [BadCall] no such act
    def may?(act) = answer(act) == Native::OK

    # @param act [Symbol]
    # @return [Boolean] nothing denies it, but a rule could: its figure was not given, or it needs a
    #   later version
    # @raise [BadCall] no such act
    def undecided?(act) = answer(act) == Native::UNDECIDED

    # @return [Boolean] no user may be added; undecided counts as refused, here and below
    def refuse_new_users? = !may?(:add_users)
    # @return [Boolean] pushes, issues and merge requests are refused
    def block_changes? = refused?(16 | 32)
    # @return [Boolean] no licensed feature works
    def inactive? = refused?(32)
    # @return [Boolean] the license may not be installed; that it has not begun is no reason
    def refuse_install? = !may?(:activate)
    # @return [Boolean] the first day is still to come
    def not_started? = note?(NOT_STARTED)
    # @return [Boolean] the trial ended that a key for trials only has signed
    def trial_key_ended? = note?(TRIAL_KEY_ENDED)

    # @return [Integer, nil] the seats bought; nil: unlimited
    def seats = figure(:seats, KNOWS_SEATS)
    # @return [Integer, nil] so many seats would cover every figure that was looked at
    def seats_needed = figure(:seats_needed, KNOWS_SEATS_NEEDED)
    # @return [Integer, nil] those about to be added included
    def users_now = figure(:users_now, KNOWS_USERS_NOW)
    # @return [Integer, nil] the largest daily count of the term
    def users_max = figure(:users_max, KNOWS_USERS_MAX)
    # @return [Date, nil] the first day that has it
    def users_max_on = known?(KNOWS_USERS_MAX_DAY) ? Facts::EPOCH + struct[:users_max_day] : nil
    # @return [Integer, nil] users now beyond the seats
    def overage = figure(:overage, KNOWS_SEATS | KNOWS_USERS_NOW)
    # @return [Integer, nil] the largest daily count beyond the seats
    def overage_max = figure(:overage_max, KNOWS_SEATS | KNOWS_USERS_MAX)
    # @return [Integer, nil] seats less users now; may be negative
    def seats_left = figure(:seats_left, KNOWS_SEATS | KNOWS_USERS_NOW)
    # @return [Integer] 0 from the `until` day on
    def days_left = struct[:days_left]

    # @return [NextChange, nil]
    def next_change
      return unless known?(KNOWS_NEXT_CHANGE)

      effect = names(struct[:next_change_effect]).first
      NextChange.new(Facts::EPOCH + struct[:next_change_day], effect, note?(NEXT_CHANGE_BEGINS))
    end

    # @param code [Symbol] a rule's code, like `:few_seats_left`
    # @return [Boolean] whether a rule with this code applies
    def applies?(code)
      Argument.kind(code, Symbol, "a rule's code as a Symbol")
      fired = struct[:fired]
      license.rules.each_with_index.any? do |rule, place|
        fired[place] == 1 && rule['code'] == code.to_s
      end
    end

    # @return [Array<Finding>] every rule with what was observed; worked out when asked for
    def findings
      @findings ||= license.findings(facts)['findings'].map do |found|
        Finding.new(found, license, reported: facts.report?)
      end.freeze
    end

    # @param effects [Array<Symbol>] only findings with these
    # @return [Array<Finding>] the findings that apply
    # @raise [BadCall] no such effect
    def applied(*effects)
      known_effects(effects)
      applied = findings.select(&:applies?)
      effects.empty? ? applied : applied.select { |finding| effects.include?(finding.effect) }
    end

    # @param effects [Array<Symbol>]
    # @return [Array<Finding>] the findings with these effects that the given figures do not decide
    # @raise [BadCall] no such effect
    def undecided(*effects)
      known_effects(effects)
      findings.select do |finding|
        finding.status == :fact_missing && effects.include?(finding.effect)
      end
    end

    # @return [Array<Finding>] why the license may not be installed
    def refusals
      return [] unless note?(REFUSES_INSTALL)

      applied(:refuse_activation, :inactive).reject { |finding| finding.code == :not_started }
    end

    # @return [String] the findings in words
    def explain
      license.explain(facts)
    end

    # @return [String]
    def inspect = "#<#{self.class} of #{license.id} on #{facts.today}: #{effects.join(', ')}>"

    private

    def fields
      { 'license' => license.id, 'today' => facts.today, 'effects' => effects,
        'undecided_effects' => undecided_effects, 'missing' => missing,
        'refuse_install' => refuse_install?, 'not_started' => not_started?,
        'trial_key_ended' => trial_key_ended?, **figures,
        'next_change' => next_change&.to_h }
    end

    def figures
      { 'seats' => seats, 'seats_needed' => seats_needed, 'users_now' => users_now,
        'users_max' => users_max, 'users_max_on' => users_max_on, 'overage' => overage,
        'overage_max' => overage_max, 'seats_left' => seats_left, 'days_left' => days_left }
    end

    # Laid over the memory when a figure is read: most verdicts are asked one question.
    def struct = @struct ||= Native::VerdictStruct.new(@memory)
    def effect?(bits) = @memory.get_uint32(EFFECTS_AT) & bits != 0

    # The library asks with the facts of the act.
    def answer(act)
      number = ACTS[act] || Argument.refuse(act, "one of #{ACTS.keys.join(', ')}")
      status = Native.airlock_license_may(license.handle, facts.pointer, number)
      Native.check(status) unless [Native::DENIED, Native::UNDECIDED].include?(status)
      status
    end

    # Whether one of these effects applies, or could.
    def refused?(bits)
      (@memory.get_uint32(EFFECTS_AT) | @memory.get_uint32(UNDECIDED_AT)) & bits != 0
    end

    def note?(bit) = @memory.get_uint32(NOTES_AT) & bit != 0
    def known?(bits) = struct[:known] & bits == bits
    def figure(name, bits) = known?(bits) ? struct[name] : nil

    def known_effects(effects)
      other = effects - EFFECTS.keys
      Argument.refuse(other.first, "one of #{EFFECTS.keys.join(', ')}") unless other.empty?
    end

    def names(bits)
      EFFECTS.filter_map { |name, bit| name if bits & bit != 0 }
    end
  end
end
