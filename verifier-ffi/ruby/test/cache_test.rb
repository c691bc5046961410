# frozen_string_literal: true

require_relative 'test_helper'

class CacheTest < AirlockTest
  def test_an_open_handle_is_used_again
    text = desk.text
    assert_same Airlock.open(text), Airlock.open(text.dup)
    assert_equal 1, Airlock.cache.size
  end

  def test_another_configuration_has_other_handles
    text = desk.text
    first = Airlock.open(text)
    configure(instance_id: Desk::OTHER_INSTANCE)
    refute_same first, Airlock.open(text)
    configure(roots: [desk.stranger])
    assert_equal :unknown_key, assert_raises(Airlock::Refused) { Airlock.open(text) }.code
    configure
    assert_same first, Airlock.open(text)
  end

  def test_at_most_200_are_kept_and_the_longest_unused_goes_first
    cache = Airlock::Cache.new
    201.times { |key| cache.fetch(key) { key.to_s } && cache.fetch(0) { flunk } }
    assert_equal 200, cache.size
    assert_equal '0', cache.fetch(0) { flunk }
    assert_equal 'again', cache.fetch(1) { 'again' }
    assert_equal '200', cache.fetch(200) { flunk }
  end

  def test_a_refusal_is_not_kept
    2.times { assert_raises(Airlock::Refused) { Airlock.open('hello') } }
    assert_equal 0, Airlock.cache.size
  end

  def test_threads_share_it
    texts = Array.new(8) { |number| desk.text(seats: 100 + number) }
    seats = Array.new(16) do |number|
      Thread.new do
        turns = Array.new(200) { |turn| (number + turn) % 8 }
        turns.all? { |place| seats_of(texts[place]) == 100 + place }
      end
    end
    assert seats.all?(&:value)
    assert_equal 8, Airlock.cache.size
  end

  def test_fibers_share_it
    texts = Array.new(4) { |number| desk.text(seats: 50 + number) }
    fibers = texts.map { |text| Fiber.new { loop { Fiber.yield(seats_of(text)) } } }
    3.times { assert_equal [50, 51, 52, 53], fibers.map(&:resume) }
  end

  def test_handles_work_in_a_child_and_in_the_parent_after_it
    text = desk.text
    license = Airlock.open(text)
    busy = Thread.new { 20_000.times { Airlock.open(text) } }
    children = Array.new(4) do
      fork_answer { [Airlock.open(text).equal?(license), seats_of(text), Airlock.open(desk_other).id] }
    end
    assert_equal [[true, 100, Airlock.open(desk_other).id]] * 4, children
    busy.join
    assert_equal 100, seats_of(text)
  end

  private

  def desk_other
    @desk_other ||= desk.text(seats: 7)
  end

  def seats_of(text)
    Airlock.open(text).check(today: @today, users_now: 3).seats
  end

  # Runs the block in a child that ends without the parent's exit handlers. Returns what the block
  # did.
  def fork_answer
    desk_other
    reader, writer = IO.pipe
    pid = fork do
      writer.write(Marshal.dump(yield))
      writer.close
      exit!(0)
    end
    writer.close
    answer = reader.read
    Process.wait(pid)
    Marshal.load(answer)
  end
end
