# frozen_string_literal: true

require_relative 'support/gitlab_case'

# What an admin reads where a license is refused: ours are the only sentences, each once, whole, in
# plain text, and with the model's types of error.
class GitlabRefusalsTest < GitlabCase
  RECONCILED = { more: %w[--previous-users 100 --reconciled] }.freeze
  TRUE_UP = %w[--true-up 10 --true-up-from 2024-11-01 --true-up-to 2025-10-31].freeze
  OVER = '111 users now, the license allows 110 (100 seats): 11 over the seats.'

  def sentences(license)
    license.errors.full_messages
  end

  def test_a_reconciled_license_follows_its_signed_tolerance
    text = desk.text(set: %w[tolerance_percent=15], **RECONCILED)
    users(116)
    assert_refused '116 users now, the license allows 115 (100 seats): 16 over the seats.',
                   add(text), type: :check_available_seats
    users(111)
    assert add(text).persisted?
  end

  def test_a_reconciled_license_has_one_sentence
    users(111)
    assert_refused OVER, add(desk.text(**RECONCILED)), type: :check_available_seats
  end

  def test_a_true_up_has_one_sentence_for_each_cause
    users(111)
    assert_refused OVER, add(desk.text(more: %w[--previous-users 100] + TRUE_UP)),
                   type: :check_available_seats
    HistoricalData.record('2025-05-01', 112)
    license = add(desk.text(more: %w[--previous-users 100] + TRUE_UP))
    assert_equal %i[check_available_seats check_trueup], license.errors.map(&:type).sort
    assert_equal 2, sentences(license).size
  end

  def test_a_true_up_without_a_base_looks_at_the_seats
    text = desk.text(more: TRUE_UP)
    HistoricalData.record('2025-05-01', 999)
    users(111)
    assert_refused OVER, add(text), type: :check_available_seats
    users(110)
    assert add(text).persisted?
  end

  def test_an_ended_trial_says_it_once
    text = desk.text(policy: 'gitlab-trial', till: '2025-12-01')
    now('2025-12-01')
    assert_refused 'The license has ended: 2025-11-30 was its last day, today is 2025-12-01.',
                   add(text)
    now('2026-12-01')
    assert_equal 1,
                 sentences(add(desk.text(till: '2025-12-01',
                                         set: %w[inactive_days=30 block_changes_days=14]))).size
  end

  def test_another_instance_is_what_the_api_says
    answer = post(desk.text(more: ['--bind', Desk::OTHER_INSTANCE]))
    assert_match(/\AThe license cannot be used: .*#{Desk::OTHER_INSTANCE}.*\.\z/, answer)
    lines = desk.text.lines
    lines[3] = (lines[3].start_with?('A') ? 'C' : 'A') + lines[3][1..]
    assert_match(/\AThe license cannot be used: .*line 4/, post(lines.join))
  end

  def test_sentences_stand_apart_on_the_page
    text = desk.text(**PREVIOUS)
    users(111)
    now('2026-11-02')
    upload = Rack::Multipart::UploadedFile.new(io: StringIO.new(text), filename: 'a.txt')
    page = Rack::MockRequest.new(Api.new).post('/admin/license',
                                               params: { license: { data_file: upload } })
    assert_equal "<div>#{OVER} The license has ended: 2026-10-31 was its last day, today is 2026-11-02.</div>", page.body
  end

  def test_no_sentence_holds_a_tag
    ['BEGIN AIRLOCK <b>',
     "-----BEGIN AIRLOCK LICENSE-----\n<script>\n-----END AIRLOCK LICENSE-----\n", "\xD2\x84<i>",
     desk.text.sub('LICENSE', 'REQUEST'), desk.text.sub(/\n.*\n/, "\n"), 'BEGIN AIRLOCK %{count} %<a>s'].each do |given|
      license = add(given)
      assert_equal 1, sentences(license).size, given
      assert_match(/\AThe license cannot be used: [^<>\n]+\.\z/, sentences(license).first)
    end
  end

  def test_ours_come_first
    model = Class.new(License) do
      def self.name = 'StrictLicense'
      self.inheritance_column = nil
      validate { errors.add(:base, 'something else') }
    end
    users(111)
    license = model.new(data: desk.text(**PREVIOUS))
    license.valid?
    assert_equal [OVER, 'something else'], sentences(license)
  end

  def test_prepended_twice_it_speaks_once
    License.prepend(Airlock::GitlabModel)
    users(111)
    assert_refused OVER, add(desk.text(**PREVIOUS))
  end

  def test_an_installed_license_of_another_instance_is_invalid_and_says_so
    license = add!(desk.text)
    Airlock.configure(roots: [desk.stranger], instance_id: Desk::INSTANCE)
    refute license.reload.valid?
    assert_equal [:unknown_key], license.errors.details[:base].map { |detail| detail[:airlock] }
  end

  def test_an_installed_license_that_cannot_be_read_allows_nothing
    bound = add!(desk.text(more: ['--bind', Desk::INSTANCE]))
    Airlock.configure(roots: [desk.root], instance_id: Desk::OTHER_INSTANCE)
    unknown = add!(desk.text(seats: 5))
    damaged = License.new(data: unknown.data.sub('A', 'B'))
    Airlock.configure(roots: [desk.stranger], instance_id: Desk::INSTANCE)
    refused = [unknown, damaged]
    refused.each { |record| assert_allows_nothing(record) }
    Airlock.configure(roots: [desk.root], instance_id: Desk::OTHER_INSTANCE)
    assert_allows_nothing(bound)
  end

  private

  def assert_allows_nothing(record)
    assert_nil record.license
    assert_equal true, record.airlock_inactive?
    assert_equal true, record.airlock_refuses_new_users?
    refute record.feature_available?(:epics)
  end

  def post(text)
    answer = Rack::MockRequest.new(Api.new).post('/api/v4/license', params: { license: text })
    assert_equal 400, answer.status
    JSON.parse(answer.body)['message']
  end
end
