# frozen_string_literal: true

module Airlock
  # Arguments that do not fit, as one error.
  #
  # @api private
  module Argument
    SHOWN_CHARACTERS = 60

    class << self
      # @param found [Object]
      # @param expected [String]
      # @raise [BadCall]
      def refuse(found, expected, code: :bad_argument)
        raise BadCall.new("found #{show(found)}, expected #{expected}", code: code)
      end

      # @return [Object] the value, which is of this class
      # @raise [BadCall]
      def kind(value, kind, expected)
        value.is_a?(kind) ? value : refuse(value, expected)
      end

      # @return [Boolean] the value
      # @raise [BadCall]
      def flag(value, name)
        return value if true.equal?(value) || false.equal?(value)

        refuse(value, "true or false for #{name}")
      end

      # @param given [Hash] arguments by name
      # @param known [Array<Symbol>]
      # @raise [BadCall] a name that is not known
      def names(given, known)
        other = given.keys - known
        return if other.empty?

        expected = known.empty? ? 'no further argument' : "one of #{known.join(', ')}"
        refuse(other.first, expected)
      end

      # @return [Boolean] a text that patterns can be compared with
      def plain_text?(value)
        value.is_a?(String) && value.encoding.ascii_compatible? && value.valid_encoding?
      end

      # A text's first characters; of anything else, its class.
      def show(value)
        case value
        when String, Symbol, Integer, Float then value.inspect[0, SHOWN_CHARACTERS]
        when nil then 'nil'
        else value.class.to_s
        end
      end
    end
  end
end
