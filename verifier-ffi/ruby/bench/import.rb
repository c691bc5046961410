# frozen_string_literal: true

# What opening, checking and importing cost, beside what the old gem has to do for one import.
#
#   AIRLOCK_BIN=... AIRLOCK_LIBRARY=... ruby bench/import.rb
#
# Where the gem `gitlab-license` is not installed, its work is measured without it: Base64, JSON, an RSA-2048 public
# decryption, AES-128-CBC and JSON again, on the same layout. Rounds are interleaved; the best of each is printed, since
# other work on the machine only adds.

$LOAD_PATH.unshift(File.expand_path('../lib', __dir__))
ENV['AIRLOCK_LIBRARY'] ||= File.expand_path('../../../target/release/libairlock_verifier.so',
                                            __dir__)
require 'minitest'
require 'airlock'
require_relative '../test/support/desk'
require_relative '../test/support/old_gem'

IMPORTS = 1_000
ROUNDS = 15
TODAY = Date.new(2025, 12, 1)

folder = Dir.mktmpdir
at_exit { FileUtils.remove_entry(folder) }
desk = Desk.new(folder)
Airlock.configure(roots: desk.root, instance_id: Desk::INSTANCE, today: -> { TODAY },
                  users_now: -> { 81 })
text = desk.text(more: %w[--previous-users 100])
verifier = Airlock.verifier
license = verifier.open(text)
facts = Airlock::Facts.new(today: TODAY, users_now: 81,
                           daily: (0..30).map { |n| [TODAY - n, 70 + n] })
Date.define_singleton_method(:current) { TODAY }
old = Gitlab::License.export(
  version: 1, licensee: { Name: 'Ida Thorsen', Email: 'ida.thorsen@nordhavn.example',
                          Company: 'Nordhavn Shipyards A/S' },
  issued_at: '2025-11-01', expires_at: '2026-11-01', notify_admins_at: '2026-10-17',
  notify_users_at: '2026-11-01',
  block_changes_at: '2026-11-01', cloud_licensing_enabled: false,
  offline_cloud_licensing_enabled: false,
  restrictions: { active_user_count: 100, plan: 'premium', subscription_name: 'A-S00012345',
                  previous_user_count: 100 }
)

def read(license)
  license.valid? && license.expires_at && license.expired? && license.restrictions[:active_user_count]
end

WORK = {
  'old layout: import' => -> { IMPORTS.times { read(Gitlab::License.import(old)) } },
  'Airlock: open' => -> { IMPORTS.times { verifier.open(text) } },
  'Airlock: check an open handle' => -> { IMPORTS.times { license.check(facts).inactive? } },
  'Airlock: facts and check' => -> { IMPORTS.times { license.check(today: TODAY, users_now: 81).inactive? } },
  'Airlock: import, cached' => -> { IMPORTS.times { read(Airlock::GitlabLicense.import(text)) } },
  'Airlock: import, not cached' => lambda do
    IMPORTS.times do
      Airlock.cache.clear
      read(Airlock::GitlabLicense.import(text))
    end
  end
}.freeze

best = Hash.new(Float::INFINITY)
ROUNDS.times do
  WORK.each do |name, work|
    GC.start
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    work.call
    best[name] = [best[name], Process.clock_gettime(Process::CLOCK_MONOTONIC) - start].min
  end
end

puts "best of #{ROUNDS} rounds of #{IMPORTS}, in microseconds each; Ruby #{RUBY_VERSION}, library #{Airlock::Native.airlock_version}"
best.each { |name, seconds| puts format('%-32<name>s %8.2<time>f', name: name, time: seconds / IMPORTS * 1e6) }
ratio = ->(slow, fast) { format('%.1f', best[slow] / best[fast]) }
puts "open / check an open handle          #{ratio['Airlock: open', 'Airlock: check an open handle']}"
puts "old import / cached import           #{ratio['old layout: import', 'Airlock: import, cached']}"
puts "old import / import, not cached      #{ratio['old layout: import', 'Airlock: import, not cached']}"
