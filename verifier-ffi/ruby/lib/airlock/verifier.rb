# frozen_string_literal: true

module Airlock
  # Root keys that the program trusts, and the instance that it runs for. Immutable; any thread may
  # use it.
  class Verifier
    include Whole

    UUID = /\A\h{8}-\h{4}-\h{4}-\h{4}-\h{12}\z/.freeze
    PEM = "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
    # What is meant for PEM has five dashes in a row.
    DASHES = '-----'
    BYTE_ORDER_MARK = "\xEF\xBB\xBF".b.freeze
    # An Ed25519 public key in DER begins with this (RFC 8410 section 4).
    DER_START = ['302a300506032b6570032100'].pack('H*').freeze
    KEY_BYTES = 32

    # @return [String] SHA-256 over roots and instance id
    attr_reader :fingerprint

    # @param roots [Array<String>, String] 1 to 16 public keys: PEM, 64 hexadecimal digits, or 32
    #   bytes each
    # @param instance_id [String, nil] a UUID; without it, a license that names instances is refused
    # @param library [String, nil] path of the library, where it is not loaded yet
    # @raise [BadCall, Refused] `bad_root`, `bad_instance_id`, `weak_key`
    def initialize(roots:, instance_id: nil, library: nil)
      Native.load!(library)
      keys = pem_of_all(roots)
      id = instance_id && id_text(instance_id)
      @fingerprint = Digest::SHA256.digest("#{keys.bytesize}:".b + keys + id.to_s.b).freeze
      @handle = Native::Handle.new(made(keys, id), Native::FREE_VERIFIER)
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

    # The library reads the keys: what was meant as one and is none is refused, never passed over.
    def made(keys, id)
      place = FFI::MemoryPointer.new(:pointer)
      error = Native::ErrorStruct.new
      Native.check(Native.airlock_verifier_from_text(keys, keys.bytesize, id, place, error), error)
      place.read_pointer
    rescue BadCall => e
      raise BadCall.new(e.message, code: :bad_root)
    end

    def pem_of_all(roots)
      list = roots.is_a?(Array) ? roots : [roots]
      bad_root(roots) if list.empty?
      list.map { |root| pem_of(root) }.join("\n")
    end

    def pem_of(root)
      bad_root(root) unless root.is_a?(String)
      bytes = root.b
      return pem_key(bytes) if bytes.bytesize == KEY_BYTES
      return pem_key([bytes].pack('H*')) if bytes.match?(/\A\h{64}\z/)

      bytes.include?(DASHES) ? bytes.delete_prefix(BYTE_ORDER_MARK) : bad_root(root)
    end

    def pem_key(bytes) = format(PEM, [DER_START + bytes].pack('m0')).b

    def bad_root(found)
      words = "found #{format_of(found)}, expected a root with an Ed25519 public key as PEM, " \
              '64 hexadecimal digits or 32 bytes'
      raise BadCall.new(words, code: :bad_root)
    end

    def format_of(found)
      bytes = found.is_a?(String) ? found.b : ''
      return 'a key in DER' if bytes.start_with?(DER_START)
      return 'text in UTF-16' if bytes.match?(/\A(?:\xFF\xFE|\xFE\xFF|-\0-\0|\0-\0-)/n)

      Argument.show(found)
    end

    def id_text(id)
      return id.downcase if Argument.plain_text?(id) && id.match?(UUID)

      Argument.refuse(id, 'a UUID as the instance id', code: :bad_instance_id)
    end
  end
end
