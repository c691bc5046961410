# frozen_string_literal: true

module Airlock
  # What an object shows of itself in JSON: the fields that its `fields` names, and nothing that it
  # merely holds.
  #
  # @api private
  module Fields
    # @param options [Hash, nil] `only` and `except`, as ActiveSupport takes them
    # @return [Hash{String => Object}] texts, numbers, lists and hashes
    def as_json(options = nil)
      options = {} unless options.is_a?(Hash)
      only, except = %i[only except].map { |name| Fields.names(options[name]) }
      found = fields
      found = found.slice(*only) if only
      found = found.except(*except) if except
      Fields.plain(found)
    end

    # @return [String]
    def to_json(*options)
      given = options.first
      rest = given.is_a?(Hash) ? [given.except(:only, :except), *options.drop(1)] : options
      as_json(given).to_json(*rest)
    end

    class << self
      # @return [Array<String>, nil]
      def names(given)
        given.nil? ? nil : Array(given).map(&:to_s)
      end

      # @return [Object] keys and symbols as text, days as ISO text
      def plain(value)
        case value
        when Hash then value.to_h { |key, item| [key.to_s, plain(item)] }
        when Array then value.map { |item| plain(item) }
        when Symbol then value.to_s
        when Date then value.iso8601
        else value
        end
      end
    end
  end
end
