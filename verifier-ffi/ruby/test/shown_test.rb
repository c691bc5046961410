# frozen_string_literal: true

require_relative 'test_helper'
require 'active_support'
require 'active_support/json'
require 'active_support/cache'

# What objects show of themselves in logs and in JSON, and what a cache does with them.
class ShownTest < AirlockTest
  SECRETS = /ida\.thorsen|Ida|BEGIN AIRLOCK|0x\h{6}|Handle|FFI|@/.freeze

  def setup
    super
    @license = Airlock.open(desk.text)
    @verdict = @license.check(today: @today, users_now: 104, daily: { '2025-11-01' => 103 })
    @object = Airlock::GitlabLicense.import(desk.text)
    # What is asked for is kept; it must not show.
    [@license.text, @license.terms, @verdict.findings, @object.licensee]
  end

  def all
    [@license, @verdict, @object, @verdict.facts, @verdict.findings.first, Airlock.verifier,
     Airlock.configuration]
  end

  def test_inspect_shows_no_text_no_mail_address_no_handle
    all.each do |one|
      refute_match SECRETS, one.inspect
      assert_operator one.inspect.size, :<, 160
    end
    assert_match(/\A#<Airlock::License \h{32}, 2025-11-01 until 2026-11-01>\z/, @license.inspect)
    assert_match(/\A#<Airlock::Verdict of \h{32} on 2025-11-01: notify_admins/, few_left.inspect)
  end

  def test_json_shows_none_either
    [@license, @verdict, @verdict.findings.first].each do |one|
      [one.as_json, one.to_json, ActiveSupport::JSON.encode(one), ActiveSupport::JSON.encode([one]),
       JSON.generate(one)].each do |shown|
        refute_match SECRETS, shown.to_s
      end
    end
  end

  def test_a_license_as_json
    expected = { 'id' => @license.id, 'from' => '2025-11-01', 'until' => '2026-11-01',
                 'plan' => 'premium', 'seats' => 100 }
    assert_equal expected, @license.as_json
    assert_equal expected, JSON.parse(@license.to_json)
    assert_equal [expected], JSON.parse(ActiveSupport::JSON.encode([@license]))
  end

  def test_a_verdict_as_json_is_its_fields
    shown = @verdict.as_json
    assert_equal [@license.id, '2025-11-01', ['notify_admins'], 104, 4, 103, '2025-11-01', -4, 365],
                 shown.values_at('license', 'today', 'effects', 'users_now', 'overage', 'users_max',
                                 'users_max_on', 'seats_left', 'days_left')
    assert_equal({ 'day' => '2026-11-01', 'effect' => 'block_changes', 'begins' => true },
                 shown['next_change'])
    assert_equal shown, JSON.parse(@verdict.to_json)
  end

  def test_only_and_except
    assert_equal({ 'plan' => 'premium' }, @license.as_json(only: :plan))
    assert_equal({ 'plan' => 'premium' }, JSON.parse(@license.to_json(only: ['plan'])))
    assert_equal %w[id from until], @license.as_json(except: %i[plan seats]).keys
    assert_equal({ 'next_change' => @verdict.as_json['next_change'] },
                 JSON.parse(@verdict.to_json(only: :next_change)))
    assert_equal %w[overage seats], @verdict.as_json(only: %i[seats overage]).keys.sort
    assert_equal({ 'plan' => 'premium' },
                 JSON.parse(ActiveSupport::JSON.encode(@license, only: :plan)))
  end

  def test_marshal_refuses_and_says_what_to_keep
    [@license, @verdict, @object, @verdict.findings.first, @verdict.facts,
     Airlock.verifier].each do |one|
      error = assert_raises(Airlock::BadCall, one.class.to_s) { Marshal.dump(one) }
      assert_equal :no_copy, error.code
    end
    assert_match(/keep the license's text/,
                 assert_raises(Airlock::BadCall) { Marshal.dump(@license) }.message)
  end

  def test_a_cache_refuses_them_and_takes_their_text
    cache = ActiveSupport::Cache::MemoryStore.new
    assert_raises(Airlock::BadCall) { cache.write('license', @license) }
    assert_raises(Airlock::BadCall) { cache.fetch('verdict') { @verdict } }
    assert_nil cache.read('license')
    cache.write('text', @license.text)
    assert_equal @license.id, Airlock.open(cache.read('text')).id
    cache.write('shown', @verdict.as_json)
    assert_equal @verdict.as_json, cache.read('shown')
  end

  private

  def few_left
    @license.check(today: @today, users_now: 95, daily: [])
  end
end
