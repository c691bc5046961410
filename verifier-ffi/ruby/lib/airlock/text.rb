# frozen_string_literal: true

module Airlock
  # What an admin uploads or pastes.
  module Text
    # The most bytes that are looked at: the library reads no more.
    MOST_BYTES = 1_048_576
    BEGIN_LINE = '-----BEGIN AIRLOCK LICENSE-----'
    MARK = /(?:BEGIN|END)[\s_]+AIRLOCK\b/in.freeze
    DOCUMENT = "\xD2\x84".b.freeze

    class << self
      # @param given [String]
      # @return [Boolean] whether this is Airlock's, whole or not
      def airlock?(given)
        return false unless given.is_a?(String)

        start = given.b
        start.start_with?(BEGIN_LINE, DOCUMENT) || start.byteslice(0, MOST_BYTES).match?(MARK)
      end

      # Returns the one text form of a file that came as bytes, as text, or mangled by a mail. No
      # signature is checked.
      #
      # @param given [String]
      # @return [String] UTF-8, frozen, LF line ends
      # @raise [Refused] the first damaged line is named
      def canonical(given)
        Airlock.verifier
        bytes = bytes(given)
        error = Native::ErrorStruct.new
        Native.text(error) do |buffer, capacity, needed|
          Native.airlock_text_repair(bytes, bytes.bytesize, buffer, capacity, needed, error)
        end
      end

      # @param given [String]
      # @return [String] the same
      # @raise [BadCall] `bad_argument` for anything but a String
      def bytes(given)
        Argument.kind(given, String, 'the license as a String')
      end
    end
  end
end
