# frozen_string_literal: true

module Airlock
  # What has native memory, or leads to it, is never copied: a copy would free or read what is the
  # original's. A Ractor copies what it is given, past `dup` and `clone`.
  #
  # @api private
  module Whole
    # @return [self] it is immutable
    def dup = self

    # @return [self] it is immutable
    def clone(freeze: nil) = self

    # Keep the license's text, which is opened again at no cost while its handle is kept.
    #
    # @raise [BadCall] `no_copy`
    def marshal_dump
      words = "#{self.class} is not kept outside the process: keep the license's text"
      raise BadCall.new(words, code: :no_copy)
    end

    # @raise [BadCall] `no_copy`
    def initialize_copy(_original)
      raise BadCall.new("#{self.class} stays in the Ractor that made it", code: :no_copy)
    end
  end

  module Native
    # The native side of a verifier or a license, freed with this object and no other.
    class Handle < FFI::Pointer
      # Ruby gives a copy the finalizer of its original, even where copying then fails. So it asks
      # which object is gone.
      class Owner
        def initialize(handle, free)
          @id = handle.object_id
          @address = handle.address
          @free = free
        end

        def call(gone)
          @free.call(FFI::Pointer.new(@address)) if gone == @id
        end
      end
      private_constant :Owner

      # @param pointer [FFI::Pointer] who owns it
      # @param free [#call]
      def initialize(pointer, free)
        super(pointer.address)
        ObjectSpace.define_finalizer(self, Owner.new(self, free))
      end

      # @raise [BadCall] `no_copy`
      def initialize_copy(_original)
        raise BadCall.new('a handle is freed with its one object', code: :no_copy)
      end
    end
  end
end
