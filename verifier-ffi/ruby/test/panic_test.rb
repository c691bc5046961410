# frozen_string_literal: true

require_relative 'test_helper'

# With a library built for tests: cargo build -p verifier-ffi --features test-panic
class PanicTest < AirlockTest
  def test_a_panic_becomes_an_exception_and_the_process_lives_on
    library = ENV.fetch('AIRLOCK_PANIC_LIBRARY')
    output = ruby(<<~RUBY, 'AIRLOCK_LIBRARY' => library)
      require 'airlock'
      verifier = Airlock::Verifier.new(roots: #{desk.root.inspect})
      Airlock::Native.attach_function(:airlock_test_panic, [], :uint32)
      3.times do
        Airlock::Native.check(Airlock::Native.airlock_test_panic)
        puts 'nothing was raised'
      rescue Airlock::Panic => e
        puts e.code, e.is_a?(Airlock::Error), e.is_a?(Airlock::ImportError)
      end
      license = verifier.open(#{desk.license.unpack1('H*').inspect}.then { |text| [text].pack('H*') })
      puts license.check(today: Date.new(2025, 11, 1), users_now: 3).users_now
    RUBY
    assert_equal "#{"panic\ntrue\nfalse\n" * 3}3\n", output
  end
end
