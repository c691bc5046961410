# frozen_string_literal: true

module Airlock
  # Reads the JSON that the library writes (RFC 8259, integers only), and freezes all of it.
  #
  # Not by `JSON.parse`: that name belongs to the host, which may put another parser there, with
  # other keys, or with results that can be changed.
  #
  # @api private
  class JsonText
    QUOTE = 0x22
    COMMA = 0x2C
    COLON = 0x3A
    LIST = [0x5B, 0x5D].freeze
    OBJECT = [0x7B, 0x7D].freeze
    WORDS = { 0x74 => ['true', true], 0x66 => ['false', false], 0x6E => ['null', nil] }.freeze
    ESCAPES = {
      '"' => '"', '\\' => '\\', '/' => '/', 'b' => "\b", 'f' => "\f", 'n' => "\n", 'r' => "\r",
      't' => "\t"
    }.freeze
    ESCAPE = %r{\\(?:u([Dd][89ABab]\h\h)\\u([Dd][C-Fc-f]\h\h)|u(\h{4})|(["\\/bfnrt]))}.freeze

    # @param text [String]
    # @return [Hash, Array, String, Integer, true, false, nil] deeply frozen
    # @raise [Panic] `bad_json`: the library wrote something else
    def self.read(text)
      new(text).read
    end

    def initialize(text)
      @text = text.b
      @at = 0
    end

    def read
      found = value
      @at == @text.bytesize ? found : stop
    end

    private

    def value
      case (byte = @text.getbyte(@at))
      when QUOTE then string
      when OBJECT.first then object
      when LIST.first then list
      else WORDS.key?(byte) ? word(*WORDS[byte]) : integer
      end
    end

    def object
      found = {}
      each_until(OBJECT.last) do
        name = string
        take(COLON)
        found[name] = value
      end
      found.freeze
    end

    def list
      found = []
      each_until(LIST.last) { found << value }
      found.freeze
    end

    # From behind an opening bracket to behind the closing one.
    def each_until(closing)
      @at += 1
      return @at += 1 if @text.getbyte(@at) == closing

      loop do
        yield
        break if @text.getbyte(@at) != COMMA

        @at += 1
      end
      take(closing)
    end

    def string
      take(QUOTE)
      finish = @text.index('"', @at) || stop
      finish = closing_quote(finish) if @text.getbyte(finish - 1) == 0x5C
      raw = @text.byteslice(@at, finish - @at).force_encoding(Encoding::UTF_8)
      @at = finish + 1
      (raw.include?('\\') ? unescaped(raw) : raw).freeze
    end

    # A quote behind an odd number of backslashes is part of the string.
    def closing_quote(finish)
      finish = @text.index('"', finish + 1) || stop while escaped?(finish)
      finish
    end

    def escaped?(quote)
      @text.byteslice(@at, quote - @at)[/\\*\z/].size.odd?
    end

    def unescaped(raw)
      raw.gsub(ESCAPE) do
        high, low, plain, short = Regexp.last_match.captures
        next ESCAPES[short] if short
        next [plain.hex].pack('U') if plain

        [0x10000 + ((high.hex & 0x3FF) << 10) + (low.hex & 0x3FF)].pack('U')
      end
    end

    def integer
      finish = @text.index(/[^-0-9]/n, @at) || @text.bytesize
      digits = @text.byteslice(@at, finish - @at)
      @at = finish
      Integer(digits, 10, exception: false) || stop
    end

    def word(text, meaning)
      stop if @text.byteslice(@at, text.size) != text
      @at += text.size
      meaning
    end

    def take(byte)
      stop if @text.getbyte(@at) != byte
      @at += 1
    end

    def stop
      raise Panic.new("the library's answer cannot be read at byte #{@at}", code: :bad_json)
    end
  end
end
