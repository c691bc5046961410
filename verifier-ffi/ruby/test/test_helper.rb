# frozen_string_literal: true

require 'minitest/autorun'
require 'open3'
require 'rbconfig'

$LOAD_PATH.unshift(File.expand_path('../lib', __dir__))
ENV['AIRLOCK_LIBRARY'] ||= File.expand_path('../../../target/release/libairlock_verifier.so',
                                            __dir__)

require 'airlock'
require_relative 'support/desk'

# Tests with a configured instance whose day and figures they set.
class AirlockTest < Minitest::Test
  def setup
    @today = Date.new(2025, 11, 1)
    @users_now = 81
    @daily = []
    @last_report = nil
    configure
    Airlock.cache.clear
  end

  def desk
    Desk.shared
  end

  def configure(**options)
    Airlock.configure(roots: [desk.root], instance_id: -> { Desk::INSTANCE }, today: -> { @today },
                      users_now: -> { @users_now }, daily_users: ->(_from, _to) { @daily },
                      last_report: -> { @last_report }, **options)
  end

  def day(text)
    Date.iso8601(text)
  end

  def on(text)
    @today = day(text)
    yield
  end

  # Runs a script in a fresh Ruby with the gem on its path. Returns what it printed; its errors only
  # where it failed.
  def ruby(script, env = {}, *arguments)
    lib = File.expand_path('../lib', __dir__)
    output, errors, status = Open3.capture3(env, RbConfig.ruby, '-W0', '-I', lib, '-e', script,
                                            '--', *arguments)
    status.success? ? output : output + errors
  end
end
