# frozen_string_literal: true

require_relative 'test_helper'

# What is counted stands in the singular where it is one.
class SentenceTest < AirlockTest
  Stub = Struct.new(:terms, :from)

  def sentence(code, fact, observed:, threshold:, seats: nil, reported: true)
    condition = { 'fact' => fact, 'op' => '>', 'threshold' => threshold, 'observed' => observed }
    found = { 'code' => code, 'effect' => 'notify_admins', 'status' => 'applies', 'rule' => 1,
              'applies' => true, 'conditions' => [condition] }
    license = Stub.new({ 'seats' => seats }.compact, day('2025-11-01'))
    Airlock::Finding.new(found, license, reported: reported).message
  end

  def users(code, observed, seats)
    sentence(code, 'users_now', observed: observed, threshold: seats || 7, seats: seats)
  end

  def test_seats
    assert_equal '1 user now of 1 seat: 0 left', users('few_seats_left', 1, 1)
    assert_equal '2 users now of 2 seats: 0 left', users('few_seats_left', 2, 2)
    assert_equal '2 users now, the license allows 1 (1 seat): 1 over the seats',
                 users('users_over_seats', 2, 1)
    assert_equal '2 users would be more than the 1 seat: no user can be added',
                 users('no_seat_left', 2, 1)
    assert_equal '8 users would be more than the license allows (7): no user can be added',
                 users('no_seat_left', 8, nil)
  end

  def test_reports
    age = lambda do |days, after, reported|
      sentence('report_due', 'report_age', observed: days, threshold: after - 1, reported: reported)
    end
    assert_equal 'the last usage report is 1 day old: it is due after 1 day', age[1, 1, true]
    assert_equal 'the last usage report is 2 days old: it is due after 2 days', age[2, 2, true]
    assert_equal 'no usage report since 2025-11-01: it is due after 30 days', age[300, 30, false]
  end

  def test_whether_a_report_was_made_comes_from_the_facts
    license = Airlock.open(desk.text(set: %w[report_reminder_days=30]))
    told = lambda do |**facts|
      verdict = license.check(today: day('2025-12-15'), users_now: 5, **facts)
      verdict.applied(:notify_admins).map(&:message)
    end
    assert_equal ['no usage report since 2025-11-01: it is due after 30 days'], told.call
    assert_equal ['the last usage report is 44 days old: it is due after 30 days'],
                 told.call(last_report: '2025-11-01')
    assert_equal [], told.call(last_report: '2025-12-01')
  end
end
