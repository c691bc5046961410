# frozen_string_literal: true

require_relative 'support/gitlab_case'
require_relative 'support/restatement'

# Random licenses and figures: a plain restatement of GitLab's five validations, the model with its
# own code and an old license of the same terms, and the model with Airlock's, all decide the same.
class RandomTest < GitlabCase
  HOURS = { 'UTC' => 0, 'Asia/Tokyo' => 9, 'Pacific/Honolulu' => -10,
            'Pacific/Kiritimati' => 14 }.freeze
  CASES = Integer(ENV.fetch('AIRLOCK_RANDOM_CASES', '2080')) / HOURS.size
  SEED = Integer(ENV.fetch('AIRLOCK_RANDOM_SEED', '20251101'))
  THREADS = 2

  HOURS.each_key do |name|
    define_method("test_#{name.downcase.tr('/', '_')}") { compare_all(name) }
  end

  private

  def compare_all(name)
    zone(name)
    @random = Random.new(SEED + HOURS[name])
    cases = Array.new(CASES) { random_case(HOURS[name]) }
    refused = issue(cases).each_with_index.count do |(terms, instance, text), number|
      compare(terms, instance, text, "seed #{SEED}, #{name}, case #{number}: #{terms.to_h.compact} #{instance.to_h}")
    end
    assert_operator refused, :>, CASES / 5, 'few cases are refused: they show little'
    assert_operator refused, :<, CASES * 4 / 5, 'few cases are allowed: they show little'
  end

  # Whether it is refused.
  def compare(terms, instance, text, words)
    prepare(instance)
    expected = Restatement.refusals(terms, instance)
    ours = License.new(data: text)
    assert_equal expected.empty?, ours.valid?, words
    assert_equal expected.map(&:last).sort, ours.errors.full_messages.map(&:strip).sort, words
    assert_equal expected.map(&:first).sort, ours.errors.map(&:type).sort, words
    compare_old(License.new(data: old(terms)), expected, words)
    expected.any?
  end

  # GitLab names the first cause of a true-up and stops.
  def compare_old(license, expected, words)
    assert_equal expected.empty?, license.valid?, words
    types = expected.map(&:first)
    types -= [:check_available_seats] if types.include?(:check_trueup)
    assert_equal types.sort, license.errors.map(&:type).sort, words
  end

  def prepare(instance)
    [License, HistoricalData, Measurement].each(&:delete_all)
    travel_to(instance.now)
    users(instance.users_now)
    rows = instance.rows.map do |at, count|
      { recorded_at: at, active_user_count: count, created_at: at, updated_at: at }
    end
    HistoricalData.insert_all(rows) if rows.any?
    return unless instance.current

    from, till = instance.current.map(&:iso8601)
    License.new(data: old_text(from: from, till: till)).save!(validate: false)
  end

  def issue(cases)
    lists = cases.each_slice((cases.size / THREADS.to_f).ceil).to_a
    threads = lists.map do |list|
      Thread.new { list.map { |terms, instance| [terms, instance, text_of(terms, instance)] } }
    end
    threads.flat_map(&:value)
  end

  def text_of(terms, instance)
    desk.text(policy: terms.cloud ? 'gitlab-offline-cloud' : 'gitlab-legacy', seats: terms.seats,
              from: terms.from.iso8601,
              till: terms.until.iso8601, today: (terms.from - 10).iso8601, more: options(terms, instance))
  end

  def options(terms, instance)
    named = { '--previous-users' => terms.previous_users, '--true-up' => terms.true_up,
              '--true-up-from' => terms.true_up_from,
              '--true-up-to' => terms.true_up_to, '--true-up-base' => terms.true_up_base }
    named.update('--previous-from' => instance.current[0],
                 '--previous-until' => instance.current[1]) if instance.current
    named.compact.flat_map { |option, value| [option, value.to_s] } + (terms.reconciled ? ['--reconciled'] : [])
  end

  def old(terms)
    said = { previous_user_count: terms.previous_users,
             reconciliation_completed: terms.reconciled || nil, trueup_quantity: terms.true_up,
             trueup_from: terms.true_up_from&.iso8601, trueup_to: terms.true_up_to&.iso8601, trueup_period_seat_count: terms.true_up_base }
    Gitlab::License.export(licensee: { Name: 'Ida' }, issued_at: terms.from.iso8601,
                           expires_at: terms.until.iso8601,
                           block_changes_at: terms.until.iso8601,
                           cloud_licensing_enabled: terms.cloud,
                           restrictions: { active_user_count: terms.seats, plan: 'premium', **said }.compact)
  end

  # What is drawn.

  def random_case(hours)
    terms = random_terms
    current = chance(50) ? random_term_before(terms.from) : nil
    day = chance(8) ? terms.until + pick(0..3) : terms.from + pick(-8..20)
    now = Time.utc(day.year, day.month, day.day) + pick(0..86_399)
    instance = Restatement::Instance.new(now: now, hours: hours, users_now: near(terms), rows: [],
                                         current: current)
    instance.current = nil if current && current[0] > instance.today
    instance.rows = Array.new(pick(0..8)) { [random_moment(terms, instance), near(terms)] }.select { |at, _| at <= now }
    [terms, instance]
  end

  def random_terms
    from = Date.new(2025, 3, 2) + pick(0..360)
    till = chance(70) ? from >> 12 : from + pick(20..400)
    terms = Restatement::Terms.new(seats: chance(5) ? nil : pick(chance(50) ? 1..30 : 31..1_500),
                                   from: from, until: till,
                                   cloud: chance(8), reconciled: chance(15))
    terms.previous_users = near(terms) if chance(60)
    add_true_up(terms) if chance(30)
    terms
  end

  def add_true_up(terms)
    terms.true_up = pick(1..40)
    terms.true_up_from = terms.from - pick(200..400)
    terms.true_up_to = terms.true_up_from + pick(20..380)
    terms.true_up_base = near(terms) if chance(50)
  end

  def random_term_before(from)
    ends = from + pick(-60..30)
    [chance(50) ? ends << 12 : ends - pick(25..800), ends]
  end

  # A count about one of the thresholds.
  def near(terms)
    seats = terms.seats || 100
    about = [seats, Restatement.tolerated(seats), terms.previous_users,
             ((terms.true_up_base || terms.previous_users || seats) + Restatement.tolerated(terms.true_up || 0))].compact
    [about.sample(random: @random) + pick(-3..3), 0].max
  end

  # Within a window, and often within a day of one of its edges.
  def random_moment(terms, instance)
    windows = [instance.current || [terms.from << 12, terms.until << 12]]
    windows << [terms.true_up_from, terms.true_up_to] if terms.true_up
    from, to = windows.sample(random: @random)
    day = chance(50) ? [from,
                        to].sample(random: @random) + pick(-1..1) : from + pick(0..(to - from).to_i)
    Time.utc(day.year, day.month, day.day) + pick(0..86_399)
  end

  def chance(percent) = @random.rand(100) < percent
  def pick(range) = @random.rand(range)
end
