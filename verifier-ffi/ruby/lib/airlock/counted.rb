# frozen_string_literal: true

module Airlock
  # A number and what is counted: `1 day`, `2 days`.
  #
  # @api private
  module Counted
    module_function

    # @param count [Integer]
    # @param what [String] one of them
    # @return [String]
    def counted(count, what) = count == 1 ? "1 #{what}" : "#{count} #{what}s"
  end
end
