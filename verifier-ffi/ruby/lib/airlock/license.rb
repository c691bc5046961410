# frozen_string_literal: true

module Airlock
  # A license whose signatures and limits were checked. Any thread may use it, and a child after
  # fork.
  class License
    include Fields
    include Whole

    ID_BYTES = 16

    # @api private
    attr_reader :handle

    # @return [String] 32 hexadecimal digits
    attr_reader :id

    # @return [Date] the first day
    attr_reader :from

    # @return [Date] the first day no longer good
    attr_reader :until

    # @api private
    def initialize(handle)
      @handle = handle
      @id = read_id
      @from, @until = read_term
    end

    # @return [Hash] every signed claim but the rules, by name; the vendor's receipts that came
    #   before it in its file are a list, `receipts`; frozen
    def terms
      @terms ||= JsonText.read(Native.text { |*room| Native.airlock_license_terms(@handle, *room) })
    end

    # @return [Array<Hash>] the rules: `code`, `effect`, `conditions`; frozen
    def rules
      @rules ||= JsonText.read(Native.text { |*room| Native.airlock_license_rules(@handle, *room) })
    end

    # @return [String] the one text form, which is stored, pasted and mailed
    def text
      @text ||= Native.text { |*room| Native.airlock_license_text(@handle, *room) }
    end

    # Compares facts with the signed numbers; no signature is checked again.
    #
    # @param facts [Facts, nil] or what {Facts#initialize} takes
    # @return [Verdict]
    # @raise [BadCall]
    def check(facts = nil, **given)
      facts = given_facts(facts, given) unless facts.is_a?(Facts) && given.empty?
      room = FFI::MemoryPointer.new(Verdict::SIZE)
      room.put_ulong(0, Verdict::SIZE)
      Native.check(Native.airlock_license_check(@handle, facts.pointer, room))
      Verdict.new(self, facts, room)
    end

    # @param facts [Facts]
    # @return [Hash] the verdict with its findings, as `airlock check --json` prints it; frozen
    def findings(facts)
      pointer = facts_of(facts).pointer
      json = Native.text { |*room| Native.airlock_license_findings(@handle, pointer, *room) }
      JsonText.read(json)
    end

    # @param facts [Facts]
    # @return [String] the findings in words, for people
    def explain(facts)
      pointer = facts_of(facts).pointer
      Native.text { |*room| Native.airlock_license_explain(@handle, pointer, *room) }
    end

    # Asked when a license is installed, and only then.
    #
    # @return [true]
    # @raise [Refused] `too_new`: a rule must not be ignored and is not known
    def understood!
      error = Native::ErrorStruct.new
      Native.check(Native.airlock_license_understood(@handle, error), error)
      true
    end

    # @api private
    # @param effect [Symbol]
    # @return [TimedRules]
    def timed_rules(effect)
      (@timed_rules ||= {})[effect] ||= TimedRules.new(rules, effect)
    end

    # @return [Date] the first day whose users a rule may ask for
    def first_day_asked
      conditions = rules.flat_map { |rule| rule['conditions'] }
      windows = conditions.filter_map { |condition| condition['from'] }
      [from, *windows.map { |day| Date.iso8601(day) }].min
    end

    # @return [String] no text, no name, no mail address
    def inspect = "#<#{self.class} #{id}, #{from} until #{self.until}>"

    private

    def fields
      { 'id' => id, 'from' => from, 'until' => self.until, 'plan' => terms['plan'],
        'seats' => terms['seats'] }
    end

    def given_facts(facts, given)
      return Facts.new(**given) if facts.nil?

      Argument.names(given, []) unless given.empty?
      facts_of(facts)
    end

    def facts_of(facts) = Argument.kind(facts, Facts, 'an Airlock::Facts')

    def read_id
      place = FFI::MemoryPointer.new(:uint8, ID_BYTES)
      Native.check(Native.airlock_license_id(@handle, place))
      place.read_bytes(ID_BYTES).unpack1('H*').force_encoding(Encoding::UTF_8).freeze
    end

    def read_term
      places = FFI::MemoryPointer.new(:int32, 2)
      Native.check(Native.airlock_license_term(@handle, places, places + 4))
      places.read_array_of_int32(2).map { |number| Facts::EPOCH + number }
    end
  end
end
