# frozen_string_literal: true

module Airlock
  # The C interface (airlock.h), one to one. Loading this file opens no library; {Native.load!}
  # does.
  module Native
    extend FFI::Library

    # What this gem was written for; a newer library keeps it.
    ABI_VERSION = 2
    MESSAGE_BYTES = 512
    TEXT_ROOM = 4_096

    OK = 0
    BAD_STRUCT = 3
    BUFFER_TOO_SMALL = 4
    NO_LICENSE = 5
    PANIC = 6
    DENIED = 7
    UNDECIDED = 8
    FIRST_REFUSAL = 10

    KNOWS_USERS_NOW = 1
    KNOWS_SERIES = 2
    KNOWS_LAST_REPORT = 4
    NO_DATA = 0xFFFF_FFFF

    ACT_ADD_USERS = 1
    ACT_ACTIVATE = 2
    ACT_WRITE = 3
    ACT_USE = 4

    # `airlock_facts`
    class FactsStruct < FFI::Struct
      layout :size, :size_t, :known, :uint32, :today, :int32, :activating, :uint32,
             :users_now, :uint32, :users_adding, :uint32, :series_first_day, :int32,
             :series, :pointer, :series_len, :size_t, :last_report_day, :int32,
             :reserved, :uint32, :state, :pointer, :state_len, :size_t
    end

    # `airlock_verdict`
    class VerdictStruct < FFI::Struct
      layout :size, :size_t, :known, :uint32, :effects, :uint32, :rules, :uint32,
             :notes, :uint32, :fired, :uint64, :unsupported, :uint64, :undecided, :uint64,
             :undecided_effects, :uint32, :missing, :uint32, :seats, :uint32,
             :seats_needed, :uint32, :users_now, :uint32, :users_max, :uint32,
             :users_max_day, :int32, :overage, :uint32, :overage_max, :uint32, :days_left, :uint32,
             :seats_left, :int64, :next_change_day, :int32, :next_change_effect, :uint32
    end

    # `airlock_error`
    class ErrorStruct < FFI::Struct
      layout :size, :size_t, :status, :uint32, :document, :int32, :message, [:uint8, MESSAGE_BYTES]

      def initialize
        super
        self[:size] = self.class.size
      end

      # @return [String]
      def sentence
        text = self[:message].to_ptr.read_string(MESSAGE_BYTES)[/\A[^\0]*/n]
        text.force_encoding(Encoding::UTF_8).freeze
      end
    end

    STRUCTS = [FactsStruct, VerdictStruct, ErrorStruct].freeze

    FUNCTIONS = {
      airlock_version: [[], :string],
      airlock_status_name: [[:uint32], :string],
      airlock_status_message: [[:uint32], :string],
      airlock_verifier_new: [%i[buffer_in size_t buffer_in pointer], :uint32],
      airlock_verifier_from_text: [%i[buffer_in size_t string pointer pointer], :uint32],
      airlock_verifier_free: [[:pointer], :uint32],
      airlock_license_open: [%i[pointer buffer_in size_t pointer pointer], :uint32],
      airlock_license_free: [[:pointer], :uint32],
      airlock_license_check: [%i[pointer pointer pointer], :uint32],
      airlock_license_may: [%i[pointer pointer uint32], :uint32],
      airlock_license_understood: [%i[pointer pointer], :uint32],
      airlock_select: [%i[pointer pointer size_t int32 pointer], :uint32],
      airlock_license_id: [%i[pointer pointer], :uint32],
      airlock_license_term: [%i[pointer pointer pointer], :uint32],
      airlock_license_terms: [%i[pointer pointer size_t pointer], :uint32],
      airlock_license_rules: [%i[pointer pointer size_t pointer], :uint32],
      airlock_license_findings: [%i[pointer pointer pointer size_t pointer], :uint32],
      airlock_license_explain: [%i[pointer pointer pointer size_t pointer], :uint32],
      airlock_license_text: [%i[pointer pointer size_t pointer], :uint32],
      airlock_text_repair: [%i[buffer_in size_t pointer size_t pointer pointer], :uint32]
    }.freeze

    FREE_VERIFIER = ->(pointer) { airlock_verifier_free(pointer) }
    FREE_LICENSE = ->(pointer) { airlock_license_free(pointer) }

    LOCK = Mutex.new
    private_constant :LOCK

    class << self
      # Opens the library once in a process and compares it with this file.
      #
      # @param path [String, nil] else `AIRLOCK_LIBRARY`, else where the system looks
      # @return [true]
      # @raise [ConfigurationError] `library_missing`, `library_damaged`, `library_unusable`,
      #   `bad_library`, `wrong_abi`, `wrong_struct_size`
      def load!(path = nil)
        @load || locked { @load ||= attach(Library.names(path)) }
      end

      # Returns if a status is OK, else raises what it stands for.
      #
      # @param status [Integer]
      # @param error [ErrorStruct, nil] the refusal in words
      # @return [nil]
      def check(status, error = nil)
        raise failure(status, error) unless status == OK
      end

      # Returns a text by the two-call size query. The block calls a function with buffer, capacity
      # and needed.
      #
      # @return [String] UTF-8, frozen
      def text(error = nil)
        needed = FFI::MemoryPointer.new(:size_t)
        buffer = FFI::MemoryPointer.new(:uint8, TEXT_ROOM, false)
        status = yield(buffer, buffer.size, needed)
        if status == BUFFER_TOO_SMALL
          buffer = FFI::MemoryPointer.new(:uint8, needed.read(:size_t), false)
          status = yield(buffer, buffer.size, needed)
        end
        check(status, error)
        buffer.read_bytes(needed.read(:size_t) - 1).force_encoding(Encoding::UTF_8).freeze
      end

      private

      # A signal handler may take no lock, and goes without: attaching twice changes nothing.
      def locked
        taken = take_lock
        yield
      ensure
        LOCK.unlock if taken
      end

      def take_lock
        LOCK.lock
      rescue ThreadError
        nil
      end

      def attach(names)
        ffi_lib(names)
        compare_version
        compare_sizes
        FUNCTIONS.each { |name, (arguments, result)| attach_function(name, arguments, result) }
        true
      rescue ConfigurationError
        raise
      rescue LoadError, StandardError, NoMemoryError => e
        raise unusable(names, e)
      end

      def unusable(names, error)
        words, code = reason(error)
        parts = [names.first, words, error.message].map { |part| Error.line(part) }
        ConfigurationError.new("#{parts[0]} #{parts[1]}: #{parts[2]}", code: code)
      end

      # Where a hardened system allows no memory that is writable and executable, ffi raises what it
      # happens to have at hand, a text of chance included.
      def reason(error)
        case error
        when FFI::NotFoundError then ['is no Airlock library of this version', :wrong_abi]
        when LoadError then ['cannot be loaded', :library_missing]
        else ["cannot be bound by the gem ffi, which needs memory that is writable and " \
              "executable (#{error.class})", :library_unusable]
        end
      end

      def compare_version
        attach_function(:airlock_abi_version, [], :uint32)
        found = airlock_abi_version
        return if found >= ABI_VERSION

        words = "the library has interface version #{found}, expected #{ABI_VERSION} or later"
        raise ConfigurationError.new(words, code: :wrong_abi)
      end

      # Structs only grow at the end (docs/ABI.md): a newer library's are larger.
      def compare_sizes
        attach_function(:airlock_struct_size, %i[uint32 pointer], :uint32)
        STRUCTS.each_with_index { |struct, which| compare_size(struct, which) }
      end

      def compare_size(struct, which)
        place = FFI::MemoryPointer.new(:size_t)
        found = airlock_struct_size(which, place) == OK ? place.read(:size_t) : nil
        return if found && found >= struct.size

        size = found ? Counted.counted(found, 'byte') : 'no size'
        words = "the library's #{struct.name} has #{size}, " \
                "expected #{struct.size} or more"
        raise ConfigurationError.new(words, code: :wrong_struct_size)
      end

      def failure(status, error)
        code = airlock_status_name(status).to_sym
        said = error && error[:status] == status
        words = said ? error.sentence : airlock_status_message(status)
        document = said && error[:document] >= 0 ? error[:document] : nil
        kind(status).new(words, code: code, document: document)
      end

      def kind(status)
        return Panic if status == PANIC

        status < FIRST_REFUSAL ? BadCall : Refused
      end
    end
  end
end
