# frozen_string_literal: true

require_relative 'test_helper'

# The gem against the committed header.
class NativeTest < AirlockTest
  HEADER = File.read(File.expand_path('../../include/airlock.h', __dir__))

  def test_every_function_of_the_header_is_bound
    functions = HEADER.scan(/^(?:airlock_status|uint32_t|const char \*)\s*(airlock_\w+)\(/).flatten.map(&:to_sym)
    bound = Airlock::Native::FUNCTIONS.keys + %i[airlock_abi_version airlock_struct_size]
    assert_equal functions.sort, bound.sort
  end

  def test_the_numbers_are_those_of_the_header
    numbers = HEADER.scan(/^#define AIRLOCK_(\w+) (\d+)$/).to_h { |name, number| [name, Integer(number)] }
    ours = constants(Airlock::Native, %w[ABI_VERSION MESSAGE_BYTES KNOWS_USERS_NOW KNOWS_SERIES KNOWS_LAST_REPORT
                                             ACT_ADD_USERS ACT_ACTIVATE ACT_WRITE ACT_USE])
    figures = constants(Airlock::Verdict, %w[KNOWS_SEATS KNOWS_USERS_MAX KNOWS_USERS_MAX_DAY KNOWS_SEATS_NEEDED KNOWS_NEXT_CHANGE
                                             NOT_STARTED TRIAL_KEY_ENDED REFUSES_INSTALL NEXT_CHANGE_BEGINS])
    effects = Airlock::Verdict::EFFECTS.transform_keys { |name| name.to_s.upcase }
    users_now = { 'KNOWS_VERDICT_USERS_NOW' => Airlock::Verdict::KNOWS_USERS_NOW }
    assert_equal numbers, { **ours, **figures, **effects, **users_now }
  end

  def test_every_status_becomes_an_exception_with_its_name
    Airlock.verifier
    statuses = HEADER.scan(/^  AIRLOCK_(\w+) = (\d+),$/).to_h { |name, number| [Integer(number), name.downcase.to_sym] }
    assert_operator statuses.size, :>, 40
    statuses.reject { |number, _| number.zero? }.each do |number, name|
      error = assert_raises(Airlock::Error) { Airlock::Native.check(number) }
      assert_equal [name, false], [error.code, error.message.empty?]
    end
    assert_nil Airlock::Native.check(0)
  end

  def test_texts_larger_than_the_first_buffer_are_fetched_again
    add_ons = (10..40).flat_map { |number| ['--legacy-add-on', "#{'A' * 60}#{number}:1"] }
    license = Airlock.open(desk.text(more: add_ons))
    assert_operator license.text.bytesize, :>, Airlock::Native::TEXT_ROOM
    assert_equal license.id, Airlock.open(license.text).id
    assert_equal 31, license.terms['legacy_add_ons'].size
  end

  private

  def constants(owner, names)
    names.to_h { |name| [name, owner.const_get(name)] }
  end
end
