# frozen_string_literal: true

require_relative 'test_helper'
require 'tmpdir'

# What an initializer sees, each time in a fresh process.
class BootTest < AirlockTest
  CHECK = <<~'RUBY'
    require 'airlock'
    module Gitlab; class License; class ImportError < StandardError; end; end; end
    begin
      Airlock.configure(**%s)
      Airlock.check!
      puts 'booted'
    rescue Airlock::ConfigurationError => e
      puts e.code, e.message, e.is_a?(Gitlab::License::ImportError), Airlock::ImportError > e.class
    end
  RUBY

  def options(**changed)
    given = { roots: [desk.root], instance_id: Desk::INSTANCE, **changed }
    "{#{given.map { |name, value| "#{name}: #{value.inspect}" }.join(', ')}}"
  end

  def boot(**changed)
    ruby(format(CHECK, options(**changed))).lines(chomp: true)
  end

  def assert_stops(code, words, lines)
    assert_equal [code, 'false'], [lines[0], lines[2]]
    assert_match words, lines[1]
    refute_equal 'true', lines[3], 'a configuration error is no import error'
  end

  def test_a_good_configuration_boots
    assert_equal ['booted'], boot
  end

  def test_a_missing_library_stops_the_boot
    assert_stops 'library_missing', %r{/nowhere/lib.so}, boot(library: '/nowhere/lib.so')
  end

  def test_no_roots_stop_the_boot
    assert_stops 'no_roots', /no roots/, boot(roots: [])
    assert_stops 'no_roots', /no roots/, boot(roots: nil)
  end

  def test_roots_that_are_no_keys_stop_the_boot
    assert_stops 'bad_root', /found "hello", expected a root/, boot(roots: ['hello'])
    assert_stops 'bad_root', /found 42, expected a root/, boot(roots: [42])
    assert_stops 'weak_key', /proves nothing|weak|low order/i, boot(roots: ['00' * 32])
    assert_stops 'bad_root', /key 17: found more keys than/, boot(roots: [desk.root] * 17)
  end

  def test_no_instance_id_stops_the_boot
    assert_stops 'no_instance_id', /no instance_id/, boot(instance_id: nil)
    assert_stops 'no_instance_id', /no instance_id/, boot(instance_id: '')
    assert_stops 'bad_instance_id', /expected a UUID/, boot(instance_id: 'host-1')
  end

  def test_a_today_that_is_no_date_stops_the_boot
    assert_stops 'bad_today', /expected a Date/, boot(today: 'now')
  end

  def test_without_configuration_the_reason_is_said
    output = ruby(<<~RUBY)
      require 'airlock'
      begin
        Airlock.check!
      rescue Airlock::ConfigurationError => e
        puts e.code
      end
    RUBY
    assert_equal "not_configured\n", output
  end

  def test_require_opens_no_library
    output = ruby(<<~RUBY)
      require 'airlock'
      Airlock.configure(roots: -> { raise 'asked' }, instance_id: -> { raise 'asked' })
      puts File.read('/proc/self/maps').include?('libairlock_verifier')
    RUBY
    assert_equal "false\n", output
  end

  def test_what_is_configured_is_asked_for_once_and_at_first_use
    asked = 0
    Airlock.configure(roots: -> { [desk.root] }, instance_id: -> { (asked += 1) && Desk::INSTANCE })
    assert_equal 0, asked
    3.times { Airlock.verifier }
    assert_equal 1, asked
  end

  def test_a_configuration_that_asks_for_itself_is_named
    Airlock.configure(roots: [desk.root], instance_id: -> { Airlock.verifier && Desk::INSTANCE })
    assert_equal :circular, assert_raises(Airlock::ConfigurationError) { Airlock.verifier }.code
  end

  def test_a_newer_library_within_the_promise_is_taken
    output = ruby(<<~RUBY, {}, desk.path('root.pub'), newer_library)
      require 'airlock'
      verifier = Airlock::Verifier.new(roots: File.read(ARGV[0]), library: ARGV[1])
      license = verifier.open([#{desk.license.unpack1('H*').inspect}].pack('H*'))
      day = Date.new(2025, 11, 1)
      verdict = license.check(today: day, users_now: 104, daily: { day => 103 })
      p Airlock::Native.airlock_abi_version, verdict.overage, verdict.users_max
      p license.terms['seats']
      begin
        verifier.open('hello')
      rescue Airlock::Refused => e
        p e.code
      end
    RUBY
    assert_equal "3\n4\n103\n100\n:text_missing\n", output
  end

  def test_an_older_interface_version_stops_the_boot
    lines = boot(library: library('uint32_t airlock_abi_version(void) { return 1; }'))
    assert_stops 'wrong_abi', /version 1, expected 2 or later/, lines
  end

  def test_smaller_structs_stop_the_boot
    lines = boot(library: library(<<~C))
      uint32_t airlock_abi_version(void) { return 2; }
      uint32_t airlock_struct_size(uint32_t which, size_t *size) { *size = 64; return 0; }
    C
    assert_stops 'wrong_struct_size', /FactsStruct has 64 bytes, expected 72 or more/, lines
  end

  def test_every_cut_library_stops_the_boot
    whole = File.binread(ENV.fetch('AIRLOCK_LIBRARY'))
    Dir.mktmpdir do |folder|
      path = File.join(folder, 'cut.so')
      [0, 3, 4, 63, 64, 1_000, 50_000, whole.bytesize / 2, whole.bytesize - 1].each do |size|
        File.binwrite(path, whole.byteslice(0, size))
        assert_stops(size < 64 ? 'library_missing' : 'library_damaged', /cut.so/,
                     boot(library: path))
      end
    end
  end

  def test_what_is_no_path_stops_the_boot
    [5, :lib, "a\0b", "\xFF"].each do |path|
      assert_stops 'bad_library', /no path/, boot(library: path)
    end
    assert_stops 'library_missing', /cannot be loaded/, boot(library: '/')
  end

  def test_an_empty_variable_is_none
    output = ruby(format(CHECK, options), 'AIRLOCK_LIBRARY' => '')
    assert_stops 'library_missing', /libairlock_verifier/, output.lines(chomp: true)
  end

  def test_the_installed_name_is_found
    Dir.mktmpdir do |folder|
      FileUtils.cp(ENV.fetch('AIRLOCK_LIBRARY'), File.join(folder, 'libairlock_verifier.so.0'))
      assert_equal "booted\n", ruby(format(CHECK, options), 'AIRLOCK_LIBRARY' => nil,
                                    'LD_LIBRARY_PATH' => folder)
    end
  end

  def test_a_verifier_without_the_library_says_so
    output = ruby(<<~RUBY, 'AIRLOCK_LIBRARY' => nil)
      require 'airlock'
      begin
        Airlock::Verifier.new(roots: 'x' * 32)
      rescue Airlock::Error => e
        p e.class, e.code
      end
    RUBY
    assert_equal "Airlock::ConfigurationError\n:library_missing\n", output
  end

  # PR_SET_MDWE (Linux 6.3): as a hardened kernel, for this process. Elsewhere ffi is made to fail
  # alike.
  HARDENED = <<~'RUBY'.freeze
    require 'airlock'
    begin
      syscall(157, 65, 1, 0, 0, 0)
    rescue SystemCallError
      FFI::Library.define_method(:attach_function) do |*|
        raise %s, "P\xCEs_\xFD~"
      end
    end
  RUBY

  def test_a_hardened_kernel_stops_the_boot
    %w[NoMemoryError RuntimeError].each do |error|
      lines = ruby(format(HARDENED + CHECK, error, options)).lines(chomp: true)
      assert_stops 'library_unusable', /writable and executable/, lines
      assert_equal 4, lines.size, lines
    end
  end

  def test_roots_in_other_formats_are_named
    der = desk.root[/KEY-----\s(.*?)-----END/m, 1].unpack1('m')
    assert_stops 'bad_root', /found a key in DER/, boot(roots: [der])
    assert_stops 'bad_root', /found text in UTF-16/, boot(roots: [desk.root.encode('UTF-16LE').b])
    assert_stops 'bad_root', /found text in UTF-16/, boot(roots: [desk.root.encode('UTF-16').b])
    assert_stops 'bad_root', /found a private key/, boot(roots: [File.read(desk.path('root.key'))])
  end

  def test_a_path_beyond_ascii_stops_the_boot_in_one_line
    path = "/tmp/b\u00f6rse/x.so"
    lines = boot(library: path)
    assert_stops 'library_missing', %r{\A/tmp/b\u00f6rse/x.so cannot be loaded: }, lines
    output = ruby(format(CHECK, options), 'AIRLOCK_LIBRARY' => path, 'LC_ALL' => 'C.UTF-8')
    assert_stops 'library_missing', %r{\A/tmp/b\u00f6rse/x.so}, output.lines(chomp: true)
  end

  def test_words_in_any_encoding_stop_the_boot_in_one_line
    ["no\u00f6".encode('UTF-16LE'), 'x'.dup.force_encoding('UTF-7')].each do |words|
      configure(roots: -> { raise words })
      error = assert_raises(Airlock::ConfigurationError) { Airlock.check! }
      assert_equal [:no_roots, Encoding::UTF_8], [error.code, error.message.encoding]
      assert_match(/\Aroots cannot be asked for: RuntimeError: (no\u00f6|x)\z/, error.message)
    end
  end

  def test_what_cannot_be_asked_for_stops_the_boot
    { roots: 'no_roots', instance_id: 'no_instance_id' }.each do |name, code|
      configure(name => -> { raise Errno::ENOENT, "first\nsecond\xFF" })
      error = assert_raises(Airlock::ConfigurationError) { Airlock.check! }
      assert_equal [code.to_sym, Errno::ENOENT], [error.code, error.cause.class]
      assert_match(/\A#{name} cannot be asked for: Errno::ENOENT: .*first second\uFFFD\z/,
                   error.message)
    end
  end

  def test_a_wrong_option_is_named_at_once
    [{ root: 'x' }, { daily_users: [[1, 2]] }].each do |wrong|
      error = assert_raises(Airlock::ConfigurationError) { Airlock.configure(**wrong) }
      assert_equal :bad_option, error.code
    end
    Airlock.configure
    assert_equal :no_roots, assert_raises(Airlock::ConfigurationError) { Airlock.check! }.code
  end

  def test_a_library_that_is_not_airlocks_stops_the_boot
    lines = boot(library: library('int other(void) { return 0; }'))
    assert_stops 'wrong_abi', /no Airlock library/, lines
  end

  private

  def newer_library
    path = ENV.fetch('AIRLOCK_LIBRARY')
    source = File.read(File.expand_path('support/newer.c', __dir__))
    library(source, "-DTODAY=#{path.inspect}", '-Wl,--no-as-needed', path, "-Wl,-rpath,#{File.dirname(path)}", '-ldl')
  end

  def library(source, *more)
    folder = Dir.mktmpdir('airlock-stub')
    Minitest.after_run { FileUtils.remove_entry(folder) if File.exist?(folder) }
    File.write(File.join(folder, 'stub.c'), "#include <stdint.h>\n#include <stddef.h>\n#{source}")
    path = File.join(folder, 'stub.so')
    system('cc', '-shared', '-fPIC', '-o', path, File.join(folder, 'stub.c'), *more,
           exception: true)
    path
  end
end
