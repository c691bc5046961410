# frozen_string_literal: true

# A STAND-IN FOR TESTS, not the gem `gitlab-license`: it reads and writes the same layout of a file
# (base64 of JSON with data, key and iv; AES-128-CBC; the AES key recovered with an RSA public key)
# and has the few methods that the tests call. Its key pair is made when the tests start. Where the
# gem is installed, the benchmark measures the gem.

require 'base64'
require 'date'
require 'json'
require 'openssl'

module Gitlab
  class License
    class Error < StandardError; end
    class ImportError < Error; end

    KEY = OpenSSL::PKey::RSA.new(2048)

    attr_reader :starts_at, :expires_at, :block_changes_at, :restrictions, :licensee

    class << self
      def import(text)
        raise ImportError, 'No license data' if text.nil?

        new(JSON.parse(decrypt(JSON.parse(Base64.decode64(text)))))
      rescue JSON::ParserError, OpenSSL::OpenSSLError
        raise ImportError, 'License data could not be read'
      end

      def export(attributes)
        cipher = OpenSSL::Cipher.new('AES-128-CBC').encrypt
        key = cipher.random_key
        iv = cipher.random_iv
        data = cipher.update(JSON.generate(attributes)) + cipher.final
        parts = { data: data, key: KEY.private_encrypt(key), iv: iv }
        Base64.encode64(JSON.generate(parts.transform_values { |bytes| Base64.encode64(bytes) }))
      end

      private

      def decrypt(parts)
        cipher = OpenSSL::Cipher.new('AES-128-CBC').decrypt
        cipher.key = KEY.public_decrypt(Base64.decode64(parts.fetch('key')))
        cipher.iv = Base64.decode64(parts.fetch('iv'))
        cipher.update(Base64.decode64(parts.fetch('data'))) + cipher.final
      end
    end

    def initialize(attributes)
      @licensee = attributes['licensee']
      @cloud = attributes['cloud_licensing_enabled']
      @starts_at = Date.iso8601(attributes['issued_at'])
      @expires_at = Date.iso8601(attributes['expires_at'])
      @block_changes_at = Date.iso8601(attributes['block_changes_at'])
      @restrictions = attributes['restrictions'].transform_keys(&:to_sym)
    end

    def valid? = true
    def expired? = Date.current >= expires_at
    def block_changes? = Date.current >= block_changes_at
    def cloud_licensing? = @cloud
    def trial? = false
    def restricted?(key = nil) = key ? restrictions.key?(key) : restrictions.any?
  end
end
