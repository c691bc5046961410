# frozen_string_literal: true

require_relative 'test_helper'
require 'json'

class JsonTextTest < AirlockTest
  VALUES = [
    nil, true, false, 0, -7, 2**63, '', 'Søren 🚢', [], {}, [[]], [{}], { '' => '' },
    "quote \" and \\ and \\\\\" \n\t\u0001\u007F",
    '\\', '"', '\\"', '\\\\', 'a\\', [1, [2, ['x', nil]]],
    { 'a' => { 'b' => [true, { 'c' => nil }] }, 'd' => -1 }
  ].freeze

  def read(text) = Airlock::JsonText.read(text)

  def test_it_reads_what_json_writes
    VALUES.each { |value| assert_equal [value], read(JSON.generate([value])) }
    assert_equal VALUES, read(JSON.generate(VALUES))
    assert_equal '🚢/é"', read('"\ud83d\udea2\/\u00e9\u0022"')
  end

  def test_all_of_it_is_frozen_utf_8
    each_part(read(JSON.generate(VALUES))) { |part| assert part.frozen?, part.inspect }
    each_part(read(JSON.generate(VALUES))) do |part|
      assert_equal Encoding::UTF_8, part.encoding if part.is_a?(String)
    end
  end

  def test_anything_else_stops
    ['', ' ', '[', ']', '[1', '[1,', '[1,]', '{"a"', '{"a":', '{"a":1', '{a:1}', '{"a":1,}', '"',
     '"\\"', 'tru', 'nul', '1.5', '1e3', '-', '1 ', '[1]x',
     '{"a" :1}', '--1', '[1-2]'].each do |text|
      assert_equal :bad_json, assert_raises(Airlock::Panic, text) { read(text) }.code
    end
  end

  def test_cut_anywhere_it_stops
    whole = JSON.generate(VALUES)
    (0...whole.bytesize).each do |size|
      assert_raises(Airlock::Panic) { read(whole.byteslice(0, size)) }
    end
  end

  private

  def each_part(value, &block)
    yield value
    value.each_pair { |pair| pair.each { |part| each_part(part, &block) } } if value.is_a?(Hash)
    value.each { |part| each_part(part, &block) } if value.is_a?(Array)
  end
end
