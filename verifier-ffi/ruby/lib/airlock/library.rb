# frozen_string_literal: true

module Airlock
  # Where the library is, and whether its file can be opened.
  #
  # @api private
  module Library
    # What an installed library is called; without development files nothing else is there.
    SONAME = "libairlock_verifier.so.#{VERSION[/\A\d+/]}".freeze
    NAMES = [SONAME, 'libairlock_verifier.so'].freeze

    # The parts of an ELF header that say how far the file reaches: format and place of the offset
    # of the section headers; of their size and number.
    ELF = "\x7FELF".b.freeze
    HEADER_BYTES = 64
    REACH = { 1 => ['L', 32, 46], 2 => ['Q', 40, 58] }.freeze
    SMALL_END_FIRST = 1

    class << self
      # @param given [String, nil] a path
      # @return [Array<String>] what to try, in this order
      # @raise [ConfigurationError] `bad_library`, `library_damaged`
      def names(given)
        path = [given, ENV.fetch('AIRLOCK_LIBRARY', nil)].find { |one| !one.nil? && one != '' }
        return NAMES if path.nil?

        check_path(path)
        check_whole(path)
        [path]
      end

      private

      def check_path(path)
        return if Argument.plain_text?(path) && !path.include?("\0")

        raise ConfigurationError.new('the library is given as no path', code: :bad_library)
      end

      # A file that was cut ends the process with a bus error, as soon as the system maps it.
      def check_whole(path)
        return unless File.file?(path)

        found = File.size(path)
        reach = reach_of(File.binread(path, HEADER_BYTES))
        return if reach.nil? || found >= reach

        words = "#{path} is cut: found #{Counted.counted(found, 'byte')}, expected #{reach}; " \
                'copy it again'
        raise ConfigurationError.new(words, code: :library_damaged)
      rescue SystemCallError
        nil # What cannot be read is named when it is opened.
      end

      # Section headers stand last.
      def reach_of(header)
        format, offset, sizes = REACH[header&.getbyte(4)]
        return unless format && header.bytesize == HEADER_BYTES && header.start_with?(ELF)
        return unless header.getbyte(5) == SMALL_END_FIRST

        size, count = header.byteslice(sizes, 4).unpack('S<2')
        header.byteslice(offset, 8).unpack1("#{format}<") + (size * count)
      end
    end
  end
end
