# frozen_string_literal: true

$LOAD_PATH.unshift(File.expand_path('../../lib', __dir__))
require 'airlock'
require_relative '../app/database'
Database.connect(ENV.fetch('TEST_DATABASE'))
require_relative '../app/models'
require_relative '../app/api'

TODAY = Date.new(2025, 11, 1)
Date.define_singleton_method(:current) { TODAY }
TEXTS = Dir[File.join(ENV.fetch('TEST_LICENSES'), '*.gitlab-license')].to_h { |path| [File.basename(path).to_i, File.read(path)] }

Airlock.configure(roots: File.read(ENV.fetch('TEST_ROOT')), instance_id: -> { ENV.fetch('TEST_INSTANCE') })
Airlock.check!
OPENED_BEFORE_FORK = Airlock.open(TEXTS.fetch(100))

# Judges in the thread and, on the same handle, in a fiber.
class Check
  def call(env)
    seats = Integer(Rack::Request.new(env).params.fetch('seats'))
    license = Airlock.open(TEXTS.fetch(seats))
    verdict = license.check(today: TODAY, users_now: seats + 5)
    fiber = Fiber.new { license.check(today: TODAY, users_now: seats + 6).overage }
    answer = { worker: Process.pid, thread: Thread.current.object_id, seats: verdict.seats, overage: verdict.overage,
               overage_in_fiber: fiber.resume, preloaded: Airlock.open(TEXTS.fetch(100)).equal?(OPENED_BEFORE_FORK) }
    [200, { 'Content-Type' => 'application/json' }, [JSON.generate(answer)]]
  end
end

map('/check') { run Check.new }
run Api.new
