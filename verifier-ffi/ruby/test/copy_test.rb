# frozen_string_literal: true

require_relative 'test_helper'

# What is freed natively is freed once, with the object that owns it. Each script has a process of
# its own: a second free ends it.
class CopyTest < AirlockTest
  OPEN = <<~'RUBY'
    require 'airlock'
    INSTANCE = '5f0a2f6e-8f2b-4f0c-9a53-2f9f0f6a6d11'
    verifier = Airlock::Verifier.new(roots: File.read(ARGV[0]))
    license = verifier.open(File.binread(ARGV[1]))
    day = Date.new(2025, 11, 1)
    facts = Airlock::Facts.new(today: day, users_now: 3, daily: { day => 2 })
    tried = lambda do |&copy|
      copy.call
      puts 'copied'
    rescue Airlock::BadCall => e
      puts e.code
    end
    # What was copied is gone, and what it was copied from still answers.
    used = lambda do
      junk = Array.new(50_000) { +'x' * 50 }
      3.times { GC.start }
      puts license.check(facts).users_now + license.check(facts).users_max
    end
  RUBY

  def setup
    super
    File.binwrite(desk.path('copied.airlock'), desk.license)
  end

  def run_script(script)
    ruby(OPEN + script, {}, desk.path('root.pub'), desk.path('copied.airlock'))
  end

  def test_a_handle_is_not_copied
    assert_equal "no_copy\n" * 20 + "5\n", run_script(<<~'RUBY')
      10.times { tried.call { license.handle.dup } }
      10.times { tried.call { license.handle.clone } }
      used.call
    RUBY
  end

  def test_not_by_the_methods_of_every_object_either
    assert_equal "no_copy\nno_copy\n5\n", run_script(<<~'RUBY')
      tried.call { Object.instance_method(:dup).bind_call(license.handle) }
      tried.call { Object.instance_method(:clone).bind_call(license.handle) }
      used.call
    RUBY
  end

  def test_no_ractor_gets_one
    assert_equal "no_copy\nno_copy\nno_copy\nno_copy\n5\n", run_script(<<~'RUBY')
      [license, license.handle, verifier, facts].each do |one|
        tried.call { Ractor.new(one) { |copy| copy } }
      end
      used.call
    RUBY
  end

  def test_a_license_and_facts_are_their_own_copy
    assert_equal "true\ntrue\ntrue\n5\n", run_script(<<~'RUBY')
      puts license.dup.handle.equal?(license.handle)
      puts verifier.clone.open(File.binread(ARGV[1])).id == license.id
      puts license.check(facts.dup).users_now == 3
      used.call
    RUBY
  end

  def test_what_a_handle_was_made_for_is_freed
    assert_equal "5\ntrue\n", run_script(<<~'RUBY')
      freed = []
      free = ->(pointer) { freed << pointer.address }
      100.times do |n|
        Airlock::Native::Handle.new(FFI::Pointer.new(4096 + n), free).dup rescue nil
      end
      used.call
      puts freed.size > 80 && freed.uniq.size == freed.size
    RUBY
  end

  def test_a_signal_handler_opens_a_license
    assert_equal "100 premium\n" * 2, run_script(<<~'RUBY')
      Airlock.configure(roots: File.read(ARGV[0]), instance_id: INSTANCE)
      text = license.text
      seen = 0
      trap(:USR1) do
        puts Airlock.open(text).terms.values_at('seats', 'plan').join(' ')
        seen += 1
      end
      2.times do |sent|
        Process.kill(:USR1, Process.pid)
        Thread.pass until seen > sent
      end
    RUBY
  end

  def test_a_signal_handler_in_the_midst_of_everything
    assert_equal "[]\ntrue\n", run_script(<<~'RUBY')
      configure = lambda do
        Airlock.configure(roots: -> { File.read(ARGV[0]) }, instance_id: -> { INSTANCE })
      end
      configure.call
      text = license.text
      failed = []
      rounds = 0
      trap(:USR1) do
        rounds += 1
        Airlock.open(text).check(facts)
      rescue Exception => e
        failed << e.class
      end
      parent = Process.pid
      sender = fork { 400.times { Process.kill(:USR1, parent); sleep 0.001 } }
      until Process.wait(sender, Process::WNOHANG)
        configure.call
        Airlock.cache.clear
        Airlock.open(text).terms
      end
      p failed
      puts rounds > 100
    RUBY
  end
end
