# frozen_string_literal: true

require 'fileutils'
require 'open3'
require 'tmpdir'

# Makes licenses with the real command, in a folder that is gone when the tests end.
class Desk
  COMMAND = ENV.fetch('AIRLOCK_BIN') { File.expand_path('../../../../target/release/airlock', __dir__) }
  INSTANCE = '5f0a2f6e-8f2b-4f0c-9a53-2f9f0f6a6d11'
  OTHER_INSTANCE = '0b9c3f8e-1111-4222-8333-944455556666'

  def self.shared
    @shared ||= new(Dir.mktmpdir('airlock-desk').tap { |folder| Minitest.after_run { FileUtils.remove_entry(folder) } })
  end

  def initialize(folder)
    @folder = folder
    @number = 0
    @lock = Mutex.new
    run('key', 'new', '--out', 'root', '--no-passphrase')
    run('key', 'new', '--out', 'stranger', '--no-passphrase')
    run('key', 'new', '--out', 'desk', '--no-passphrase')
    certify('desk', 'desk.issuer')
  end

  # The root's public key, as the program that links the verifier ships it.
  def root
    File.read(path('root.pub'))
  end

  def stranger
    File.read(path('stranger.pub'))
  end

  def path(name)
    File.join(@folder, name)
  end

  # Returns the file's bytes. `set` overrides values of the policy.
  def license(policy: 'gitlab-legacy', seats: 100, from: '2025-11-01', till: '2026-11-01',
              today: '2025-10-20', set: [],
              key: 'desk', company: 'Nordhavn Shipyards A/S', mail: 'ida.thorsen@nordhavn.example', more: [])
    out = "#{@lock.synchronize { @number += 1 }}.airlock"
    run('license', 'issue', '--key', "#{key}.key", '--issuer', "#{key}.issuer", '--policy', policy,
        '--company', company, '--name', 'Ida Thorsen', '--email', mail,
        '--plan', 'premium', *(seats ? ['--seats', seats.to_s] : ['--unlimited']), '--from', from,
        '--until', till,
        '--today', today, *set.flat_map { |value| ['--set', value] }, *more, '--out', out)
    File.binread(path(out))
  end

  # The text form, which GitLab stores.
  def text(**terms)
    Airlock::Text.canonical(license(**terms))
  end

  def certify(key, out, *more)
    run('issuer', 'certify', '--root', 'root.key', '--key', "#{key}.pub", '--name', 'Desk', '--from', '2024-01-01',
        '--until', '2029-01-01', '--today', '2024-01-01', *more, '--out', out)
  end

  def run(*arguments)
    output, status = Open3.capture2e(COMMAND, *arguments, chdir: @folder)
    raise "airlock #{arguments.join(' ')}: #{output}" unless status.success?

    output
  end
end
