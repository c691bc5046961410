# frozen_string_literal: true

require_relative 'test_helper'
require 'digest'
require 'json'
require 'net/http'
require 'socket'
require 'timeout'
require 'uri'

# A real Puma: 2 workers of 8 threads, forked from a process that has loaded the app and opened a
# license.
class PumaTest < AirlockTest
  START_SECONDS = 60
  CLIENTS = 16
  REQUESTS = 25

  def setup
    super
    @folder = Dir.mktmpdir('airlock-puma')
    @port = TCPServer.open('127.0.0.1', 0) { |server| server.addr[1] }
    (100..107).each do |seats|
      File.write(File.join(@folder, "#{seats}.gitlab-license"), desk.text(seats: seats))
    end
    File.write(File.join(@folder, 'root.pub'), desk.root)
    start
  end

  def teardown
    Process.kill(:TERM, @puma)
    Timeout.timeout(30) { Process.wait(@puma) }
  rescue Timeout::Error
    Process.kill(:KILL, @puma)
    Process.wait(@puma)
  ensure
    FileUtils.remove_entry(@folder)
  end

  def test_workers_and_threads_answer
    answers = Array.new(CLIENTS) do |client|
      Thread.new { Array.new(REQUESTS) { |turn| check(100 + ((client + turn) % 8)) } }
    end
    answers = answers.flat_map(&:value)
    assert_equal CLIENTS * REQUESTS, answers.size
    answers.each do |asked, answer|
      assert_equal [asked, 5, 6, true], answer.values_at('seats', 'overage', 'overage_in_fiber',
                                                         'preloaded')
    end
    workers = answers.map { |_, answer| answer['worker'] }.uniq
    assert_equal 2, workers.size
    refute_includes workers, @puma
    threads = answers.map { |_, answer| answer.values_at('worker', 'thread') }.uniq
    assert_operator threads.size, :>, 2, 'more threads than workers'
  end

  def test_a_license_is_posted_and_then_decides_in_every_worker
    text = desk.text(more: %w[--previous-users 100])
    mangled = text.lines.map { |line| "> #{line}" }.join
    posted = Net::HTTP.post_form(uri('/api/v4/license'), 'license' => mangled)
    assert_equal '201', posted.code, posted.body
    assert_equal Digest::SHA256.hexdigest(text), JSON.parse(posted.body)['sha256']
    answers = Array.new(40) { Thread.new { get('/api/v4/license') } }.map(&:value)
    assert_equal [[100, 'premium']], answers.map { |answer| answer.values_at('seats', 'plan') }.uniq
    refused = Net::HTTP.post_form(uri('/api/v4/license'), 'license' => text.lines[0..3].join)
    assert_equal '400', refused.code
    assert_match(/The license cannot be used/, refused.body)
  end

  private

  def start
    database = File.join(@folder, 'test.sqlite')
    prepare(database)
    env = { 'TEST_PORT' => @port.to_s, 'TEST_DATABASE' => database, 'TEST_LICENSES' => @folder,
            'TEST_INSTANCE' => Desk::INSTANCE,
            'TEST_ROOT' => File.join(@folder, 'root.pub'), 'RUBYOPT' => '-W0' }
    @log = File.join(@folder, 'puma.log')
    @puma = Process.spawn(env, 'puma', '-C', File.expand_path('puma/config.rb', __dir__), out: @log,
                          err: @log)
    wait_for_workers
  end

  # In a process of its own: this one may use another database.
  def prepare(database)
    app = File.expand_path('app/database.rb', __dir__)
    ruby("require #{app.inspect}\nDatabase.connect(#{database.inspect})\nDatabase.create")
  end

  def wait_for_workers
    Timeout.timeout(START_SECONDS) do
      sleep 0.2 until File.read(@log).scan(/- Worker \d \(PID: \d+\) booted/).size == 2
    end
  rescue Timeout::Error
    flunk "puma did not start: #{File.read(@log)}"
  end

  def check(seats)
    [seats, get("/check?seats=#{seats}")]
  end

  def get(path)
    answer = Net::HTTP.get_response(uri(path))
    assert_equal '200', answer.code, "#{answer.body}\n#{File.read(@log)}"
    JSON.parse(answer.body)
  end

  def uri(path) = URI("http://127.0.0.1:#{@port}#{path}")
end
