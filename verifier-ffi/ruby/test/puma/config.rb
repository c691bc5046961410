# frozen_string_literal: true

# As an instance runs: preloaded, then forked, then threads.
workers 2
threads 8, 8
preload_app!
environment 'production'
bind "tcp://127.0.0.1:#{ENV.fetch('TEST_PORT')}"
rackup File.expand_path('config.ru', __dir__)

before_fork { ActiveRecord::Base.connection_pool.disconnect! }
on_worker_boot { Database.connect(ENV.fetch('TEST_DATABASE')) }
