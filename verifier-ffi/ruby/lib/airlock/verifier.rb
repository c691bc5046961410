# frozen_string_literal: true

module Airlock
  # Root keys that the program trusts, and the instance that it runs for. Immutable; any thread may
  # use it.
  class Verifier
    include Whole

    UUID = /\A\h{8}-\h{4}-\h{4}-\h{4}-\h{12}\z/.freeze
    PEM = /-----BEGIN PUBLIC KEY-----\s*([A-Za-z0-9+\/=\s]+?)-----END PUBLIC KEY-----/.freeze
    # An Ed25519 public key in DER begins with this (RFC 8410 section 4).
    DER_START = ['302a300506032b6570032100'].pack('H*').freeze
    KEY_BYTES = 32

    # @return [String] SHA-256 over roots and instance id
    attr_reader :fingerprint

    # @param roots [Array<String>, String] 1 to 16 public keys: PEM, 64 hexadecimal digits, or 32
    #   bytes each
    # @param instance_id [String, nil] a UUID; without it, a license that names instances is refused
    # @param library [String, nil] path of the library, where it is not loaded yet
    # @raise [BadCall, Refused] `bad_argument`, `weak_key`
    def initialize(roots:, instance_id: nil, library: nil)
      Native.load!(library)
      keys = keys_of_all(roots)
      id = instance_id && id_bytes(instance_id)
      @fingerprint = Digest::SHA256.digest("#{keys.bytesize}:".b + keys + id.to_s.b).freeze
      place = FFI::MemoryPointer.new(:pointer)
      Native.check(Native.airlock_verifier_new(keys, keys.bytesize / KEY_BYTES, id, place))
      @handle = Native::Handle.new(place.read_pointer, Native::FREE_VERIFIER)
      freeze
    end

    # Opens a license: all signatures and limits are checked, once. Whether it has begun or ended is
    # not looked at.
    #
    # @param given [String] a file's bytes, or its text form
    # @return [License]
    # @raise [Refused] with the code and what was found
    # @raise [BadCall] not a String
    def open(given)
      bytes = Text.bytes(given)
      place = FFI::MemoryPointer.new(:pointer)
      error = Native::ErrorStruct.new
      Native.check(Native.airlock_license_open(@handle, bytes, bytes.bytesize, place, error), error)
      License.new(Native::Handle.new(place.read_pointer, Native::FREE_LICENSE))
    end

    # Chooses the license that decides on a day: the one in force that was issued last; else, of
    # those that have begun, the one that began last.
    #
    # @param licenses [Array<License>] at most 1024
    # @param today [Date]
    # @return [License, nil] nil where none has begun
    # @raise [BadCall]
    def select(licenses, today)
      Argument.kind(licenses, Array, 'a list of licenses')
      licenses.each { |license| Argument.kind(license, License, 'an Airlock::License') }
      place = FFI::MemoryPointer.new(:size_t)
      handles = FFI::MemoryPointer.new(:pointer, [licenses.size, 1].max)
      handles.write_array_of_pointer(licenses.map(&:handle)) unless licenses.empty?
      day = Facts.day_number(today)
      status = Native.airlock_select(@handle, handles, licenses.size, day, place)
      return if status == Native::NO_LICENSE

      Native.check(status)
      licenses[place.read(:size_t)]
    end

    # @return [String]
    def inspect = "#<#{self.class} #{@fingerprint.unpack1('H16')}>"

    private

    def keys_of_all(roots)
      list = roots.is_a?(Array) ? roots : [roots]
      bad_root(roots) if list.empty?
      list.flat_map { |root| keys_of(root) }.join
    end

    def keys_of(root)
      bad_root(root) unless root.is_a?(String)
      bytes = root.b
      return [bytes] if bytes.bytesize == KEY_BYTES
      return [[bytes].pack('H*')] if bytes.match?(/\A\h{64}\z/)

      keys = bytes.scan(PEM).map { |(text)| pem_key(text) }
      keys.empty? ? bad_root(root) : keys
    end

    def bad_root(found)
      words = "found #{format_of(found)}, expected a root with an Ed25519 public key as PEM, " \
              '64 hexadecimal digits or 32 bytes'
      raise BadCall.new(words, code: :bad_root)
    end

    def format_of(found)
      bytes = found.is_a?(String) ? found.b : ''
      return 'a key in DER' if bytes.start_with?(DER_START)
      return 'text in UTF-16' if bytes.match?(/\A(?:\xFF\xFE|\xFE\xFF|-\0-\0|\0-\0-)/n)
      return 'a private key' if bytes.include?('PRIVATE KEY-----')

      Argument.show(found)
    end

    def pem_key(text)
      der = text.unpack1('m')
      whole = der.start_with?(DER_START) && der.bytesize == DER_START.bytesize + KEY_BYTES
      return der.byteslice(DER_START.bytesize, KEY_BYTES) if whole

      raise BadCall.new('a root is no Ed25519 public key', code: :bad_root)
    end

    def id_bytes(id)
      return [id.delete('-')].pack('H*') if Argument.plain_text?(id) && id.match?(UUID)

      Argument.refuse(id, 'a UUID as the instance id', code: :bad_instance_id)
    end
  end
end
