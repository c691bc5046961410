# frozen_string_literal: true

require_relative 'test_helper'

class LicenseTest < AirlockTest
  def verifier(**changed)
    Airlock::Verifier.new(roots: desk.root, instance_id: Desk::INSTANCE, **changed)
  end

  def open(**terms)
    verifier.open(desk.license(**terms))
  end

  def refused(given, with: verifier)
    assert_raises(Airlock::Refused) { with.open(given) }
  end

  def test_a_license_opens_from_bytes_and_from_text
    bytes = desk.license
    from_bytes = verifier.open(bytes)
    from_text = verifier.open(from_bytes.text)
    assert_equal from_bytes.id, from_text.id
    assert_match(/\A\h{32}\z/, from_bytes.id)
    assert_equal [day('2025-11-01'), day('2026-11-01')], [from_text.from, from_text.until]
    assert_equal 100, from_text.terms['seats']
    assert_equal from_bytes.id, verifier.open(from_text.text.gsub("\n", "\r\n")).id
  end

  # A receipt before a license is shown beside its terms, and decides nothing.
  def test_a_receipt_that_came_with_a_license_is_shown
    path = File.expand_path('../../../test-vectors/vectors/ok-receipt-before-license.txt', __dir__)
    head, body = File.read(path).split("\n\n", 2)
    root = head[/^root: (\h{64})$/, 1]
    license = Airlock::Verifier.new(roots: root).open([body.delete("\n")].pack('H*'))
    receipt = license.terms['receipts'].first
    assert_equal 1, license.terms['receipts'].size
    assert_equal license.id, receipt['license']
    assert_equal 'billed', receipt['outcome']
    assert_equal 3, receipt['seats_owed']
    assert_predicate receipt, :frozen?
    assert_nil open.terms['receipts']
  end

  def test_roots_are_taken_as_pem_hexadecimal_and_bytes
    raw = desk.root[/KEY-----\s(.*?)-----END/m, 1].unpack1('m').byteslice(12, 32)
    [desk.root, [desk.stranger, desk.root], desk.stranger + desk.root, raw,
     raw.unpack1('H*')].each do |roots|
      assert verifier(roots: roots).open(desk.license).id
    end
  end

  def test_texts_are_frozen_utf_8
    license = open
    verdict = license.check(today: @today, users_now: 1)
    texts = [license.text, license.id, license.terms['company'], verdict.explain,
             verdict.findings.first.conditions.first['fact']]
    texts.each do |text|
      assert_equal [Encoding::UTF_8, true, true],
                   [text.encoding, text.frozen?, text.valid_encoding?]
    end
    assert license.terms.frozen?
    assert license.rules.frozen?
  end

  def test_a_verdict_has_the_figures
    verdict = open.check(today: day('2026-03-01'), users_now: 104, users_adding: 2,
                         daily: { '2025-11-01' => 90, '2026-02-01' => 112, '2026-02-02' => 112, '2026-02-03' => nil })
    assert_equal [100, 106, 6, -6], [verdict.seats, verdict.users_now, verdict.overage,
                                     verdict.seats_left]
    assert_equal [112, day('2026-02-01'), 12, 112],
                 [verdict.users_max, verdict.users_max_on, verdict.overage_max,
                  verdict.seats_needed]
    assert_equal 245, verdict.days_left
    assert_equal [%i[notify_admins], []], [verdict.effects, verdict.missing]
    assert_equal [day('2026-11-01'), :block_changes, true], verdict.next_change.to_a
  end

  def test_a_figure_that_is_not_known_is_nil
    verdict = open.check(today: @today, activating: true)
    assert_nil verdict.users_now
    assert_nil verdict.users_max
    assert_nil verdict.overage
    assert_equal [%i[notify_admins refuse_activation], %i[users_now daily_users]],
                 [verdict.undecided_effects, verdict.missing]
    undecided = verdict.undecided(:refuse_activation)
    assert_equal [[:peak_over_seats, ['users_max']]],
                 undecided.map { |finding| [finding.code, finding.missing] }
    assert_nil open(seats: nil).check(today: @today, users_now: 5).seats
  end

  def test_repeated_days_count_with_the_largest_figure
    days = [[Time.utc(2025, 12, 1, 12), 7], [day('2025-12-01'), 9], ['2025-12-01', 8]]
    assert_equal 9, open.check(today: day('2026-01-01'), daily: days).users_max
  end

  def test_the_license_in_force_is_chosen
    old = open(from: '2025-11-01', till: '2026-11-01')
    renewal = open(from: '2026-11-01', till: '2027-11-01', today: '2026-10-01')
    with = verifier
    chosen = ->(on) { with.select([renewal, old], day(on)) }
    assert_nil chosen['2025-10-31']
    assert_same old, chosen['2026-10-31']
    assert_same renewal, chosen['2026-11-01']
    assert_same renewal, chosen['2030-01-01']
    assert_nil with.select([], @today)
  end

  def test_refusals_have_a_code_and_say_what_was_found
    bytes = desk.license
    altered = bytes.dup.tap { |copy| copy.setbyte(-1, copy.getbyte(-1) ^ 1) }
    assert_equal :bad_signature, refused(altered).code
    assert_equal :unknown_key, refused(bytes, with: verifier(roots: desk.stranger)).code
    assert_equal :truncated, refused(bytes[0...-1]).code
    bound = desk.license(more: ['--bind', Desk::OTHER_INSTANCE])
    other = refused(bound)
    assert_equal :other_instance, other.code
    assert_includes other.message, Desk::INSTANCE
    assert_equal :instance_missing, refused(bound, with: verifier(instance_id: nil)).code
    assert_kind_of Airlock::Error, other
    assert_equal Encoding::UTF_8, other.message.encoding
  end

  def test_hostile_input_is_refused_and_crashes_nothing
    text = open.text
    given = ['', "\0", "\0" * 100, 'A', "\xD2", "\xD2\x84", "\xFF" * 50, text[0, 100], "#{text}\0", text.sub('Y', "\0"),
             text.encode('UTF-16LE'), 'x' * 3_000_000, "\xD2\x84".b + ("\0" * 3_000_000), Random.new(7).bytes(5_000)]
    given.each { |input| assert_kind_of Symbol, refused(input).code }
  end

  def test_wrong_types_are_named
    license = open
    [nil, 42, :text, [], Object.new].each do |given|
      error = assert_raises(ArgumentError) { verifier.open(given) }
      assert_equal :bad_argument, error.code
      assert_kind_of Airlock::Error, error
    end
    [{ today: nil }, { today: Time.now }, { today: '2025-11-01' }, { today: day('1969-12-31') },
     { today: Date.new(10_000, 1, 1) },
     { today: @today, users_now: 1.5 }, { today: @today, users_now: '7' },
     { today: @today, users_now: -1 },
     { today: @today, users_now: 2**64 }, { today: @today, users_adding: nil },
     { today: @today, daily: { 'soon' => 1 } },
     { today: @today, daily: { @today => 'x' } }, { today: @today, daily: { 5 => 5 } },
     { today: @today, last_report: 'x' },
     { today: @today, daily: { day('1980-01-01') => 1, day('2025-01-01') => 1 } }].each do |facts|
      error = assert_raises(ArgumentError, facts.inspect) { license.check(**facts) }
      assert_kind_of Airlock::Error, error
    end
    assert_raises(ArgumentError) { Airlock::Verifier.new(roots: nil) }
    assert_raises(ArgumentError) { verifier(instance_id: "#{Desk::INSTANCE}\n") }
  end

  def test_mangled_text_has_one_canonical_form
    text = open.text
    quoted = text.lines.map { |line| "> #{line}" }.join
    mail = "Dear Ida,\r\nhere it is:\r\n\r\n#{quoted.gsub("\n", "\r\n")}\r\nBest regards"
    [text, mail, text.downcase, desk_bytes(text), text.chomp, "\xEF\xBB\xBF#{text}"].each do |given|
      assert_equal text, Airlock::Text.canonical(given)
    end
    error = assert_raises(Airlock::Refused) { Airlock::Text.canonical(altered(text)) }
    assert_equal :text_damaged, error.code
    assert_match(/line 4/, error.message)
  end

  def test_rules_that_must_not_be_ignored_are_asked_for_when_installing
    assert_equal true, open.understood!
  end

  def test_memory_stays_bounded
    with = verifier
    bytes = desk.license
    grown = lambda do |count|
      count.times { with.open(bytes).check(today: @today, users_now: 5).inactive? }
      GC.start
      File.read('/proc/self/status')[/VmRSS:\s+(\d+)/, 1].to_i
    end
    before = grown.call(2_000)
    after = grown.call(20_000)
    assert_operator after - before, :<, 20_000, "kilobytes: #{before}, then #{after}"
  end

  private

  # The text with the first character of its third token changed.
  def altered(text)
    lines = text.lines
    lines[3] = (lines[3].start_with?('A') ? 'C' : 'A') + lines[3][1..]
    lines.join
  end

  def desk_bytes(text)
    body = text.lines[1...-1].map { |line| line.chomp[0...-4] }.join
    letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
    bits = body.chars.map { |letter| letters.index(letter).to_s(2).rjust(5, '0') }.join
    [bits[0, bits.size / 8 * 8]].pack('B*')
  end
end
