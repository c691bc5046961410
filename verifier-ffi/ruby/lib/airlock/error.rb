# frozen_string_literal: true

module Airlock
  # Marks every exception of this gem, so that `rescue Airlock::Error` finds them all.
  module Error
    # @return [Symbol] the reason for programs, like `:bad_signature`
    attr_reader :code

    # @return [Integer, nil] the document of the file that is to blame, counted from 0
    attr_reader :document

    def initialize(message = nil, code: :error, document: nil)
      @code = code
      @document = document
      super(message && Error.line(message))
    end

    # @api private
    # @param message [String] what other people's errors say, too
    # @return [String] one line of UTF-8
    def self.line(message)
      text = message.encoding == Encoding::BINARY ? message.dup.force_encoding(UTF_8) : message
      text = text.encode(UTF_8, invalid: :replace, undef: :replace).scrub
      text.gsub(/[[:cntrl:] ]+/, ' ').strip
    rescue Encoding::ConverterNotFoundError
      line(message.b)
    end

    UTF_8 = Encoding::UTF_8
    private_constant :UTF_8
  end

  # The instance is not set up to judge licenses. Never an import error: a license that silently
  # becomes nil makes GitLab drop features and lift read-only.
  class ConfigurationError < StandardError
    include Error
  end

  # A license was looked at and refused.
  class Refused < StandardError
    include Error
  end

  # A method was called with something it does not take.
  class BadCall < ArgumentError
    include Error
  end

  # A mistake within the library was caught; the process lives on. Please report it.
  class Panic < StandardError
    include Error
  end
end
