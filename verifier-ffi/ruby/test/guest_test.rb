# frozen_string_literal: true

require_relative 'test_helper'

# The gem in other people's processes: their Bundler, their JSON, their forks. Each script has a
# process of its own.
class GuestTest < AirlockTest
  OPEN = <<~'RUBY'
    root, path = ARGV
    Airlock.configure(roots: File.read(root), instance_id: '5f0a2f6e-8f2b-4f0c-9a53-2f9f0f6a6d11',
                      today: -> { Date.new(2025, 11, 1) }, users_now: -> { 5 }, daily_users: ->(_, _) { [] })
    text = File.binread(path)
  RUBY

  USE = <<~'RUBY'
    license = Airlock::GitlabLicense.import(text)
    verdict = license.verdict(activating: true)
    [license.attributes, license.as_json, license.block_changes?, verdict.findings, verdict.explain, verdict.refusals]
    Airlock::Text.canonical(text)
    begin
      Airlock.open('hello')
    rescue Airlock::Refused
      nil
    end
  RUBY

  def setup
    super
    File.binwrite(desk.path('guest.airlock'), desk.license)
  end

  def run_script(script, require: "require 'airlock'\n", env: {})
    ruby(require + OPEN + script, env, desk.path('root.pub'), desk.path('guest.airlock'))
  end

  def test_bundler_finds_everything_under_the_gems_name
    Dir.mktmpdir do |folder|
      gemfile = File.join(folder, 'Gemfile')
      File.write(gemfile, "gem 'airlock-verifier', path: #{File.expand_path('..', __dir__).inspect}\n")
      script = "require 'bundler'\nBundler.require\n"
      output = run_script('puts Airlock.check!', require: script,
                          env: { 'BUNDLE_GEMFILE' => gemfile })
      assert_equal "true\n", output.lines.last, output
    end
  end

  def test_nothing_is_read_after_require
    assert_equal "[]\n", run_script("Airlock.verifier\nread = $LOADED_FEATURES.dup\n#{USE}\np $LOADED_FEATURES - read")
    first_use = "read = $LOADED_FEATURES.dup\n#{USE}\np $LOADED_FEATURES - read"
    assert_equal "[]\n", run_script(first_use)
  end

  # What an ended license answers, and whether its terms can be changed.
  ANSWERS = <<~'RUBY'
    license = Airlock::GitlabLicense.import(text)
    Airlock.configure(roots: File.read(root), instance_id: '5f0a2f6e-8f2b-4f0c-9a53-2f9f0f6a6d11', today: -> { Date.new(2027, 1, 1) })
    changed = begin
      license.airlock_license.terms['seats'] = 9999
    rescue FrozenError
      license.airlock_license.terms['company'] << 'x' rescue 'frozen'
    end
    p license.block_changes?, license.licensee['Name'], license.restrictions[:plan], license.restrictions[:active_user_count], changed
    p license.verdict(activating: true).findings.map(&:code).first(2)
  RUBY
  ANSWERED = <<~TEXT
    true
    "Ida Thorsen"
    "premium"
    100
    "frozen"
    [:peak_over_seats, :few_seats_left]
  TEXT

  def test_the_hosts_json_changes_nothing
    before = "require 'airlock'
"
    assert_equal ANSWERED, run_script(ANSWERS)
    ['Oj.mimic_JSON; Oj.default_options = { symbol_keys: true, mode: :compat }',
     'Oj.mimic_JSON; Oj.default_options = { mode: :rails }',
     'require "active_support"; require "active_support/json"; Oj.mimic_JSON; Oj.optimize_rails; Oj::Rails.set_decoder'].each do |host|
      assert_equal ANSWERED, run_script(ANSWERS, require: "require 'oj'\n#{host}\n#{before}"), host
      assert_equal ANSWERED, run_script(ANSWERS, require: "#{before}require 'oj'\n#{host}\n"), host
    end
    broken = "JSON.singleton_class.define_method(:parse) { |*| raise 'asked' }\n"
    assert_equal ANSWERED, run_script(ANSWERS, require: before + broken)
  end

  def test_a_fork_during_first_use
    output = run_script(<<~RUBY)
      use = -> { #{USE.lines.map(&:chomp).join("\n")} }
      answers = Array.new(40) do |turn|
        first = fork do
          user = Thread.new(&use)
          sleep turn * 0.00002
          child = fork do
            use.call
            exit!(0)
          end
          Process.wait(child)
          user.join
          exit!($?.exitstatus || 9)
        end
        Process.wait(first)
        $?.exitstatus
      end
      p answers.tally
    RUBY
    assert_equal "{0=>40}\n", output
  end
end
