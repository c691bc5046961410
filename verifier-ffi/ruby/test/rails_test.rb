# frozen_string_literal: true

require_relative 'test_helper'
require 'tmpdir'

# A Rails application with its reloader, and tasks that run without a database.
class RailsTest < AirlockTest
  MODELS = {
    'license.rb' => <<~'RUBY',
      class License < ActiveRecord::Base
        validate :valid_license
        def license = nil
        def daily_billable_users_count = 5

        private

        def valid_license = errors.add(:base, 'old check')
      end
    RUBY
    'historical_data.rb' => "class HistoricalData < ActiveRecord::Base\n  self.table_name = 'historical_data'\nend\n"
  }.freeze
  PREPEND = "License.prepend(Airlock::GitlabModel)\n"

  # As the README has it.
  INITIALIZER = File.read(File.expand_path('../README.md',
                                           __dir__))[/^```ruby\n(Airlock\.configure.*?)^```$/m, 1]

  APPLICATION = <<~'RUBY'
    require 'rails'
    require 'active_record'
    require 'airlock'
    ActiveRecord::Base.establish_connection(adapter: 'sqlite3', database: ':memory:')
    ActiveRecord::Schema.verbose = false
    ActiveRecord::Schema.define do
      create_table(:licenses) { |t| t.text :data }
      create_table(:historical_data) { |t| t.datetime :recorded_at; t.integer :active_user_count }
    end
    module Gitlab
      module CurrentSettings
        def self.uuid = '5f0a2f6e-8f2b-4f0c-9a53-2f9f0f6a6d11'
      end
    end

    class Application < Rails::Application
      config.load_defaults(Rails::VERSION::STRING.to_f)
      config.root = ARGV[0]
      config.eager_load = false
      config.cache_classes = false
      config.logger = Logger.new(nil)
      config.secret_key_base = 'x'
    end
    Application.initialize!
    classes = []
    3.times do
      classes << License
      sentences = [File.binread(File.join(ARGV[0], 'text')), "BEGIN AIRLOCK\n", 'old'].map do |text|
        license = License.new(data: text)
        license.valid?
        license.errors.full_messages.size
      end
      p [License.ancestors.count(Airlock::GitlabModel), *sentences]
      Rails.application.reloader.reload!
      # As some programs do by hand: to_prepare runs again for the same class.
      Rails.application.reloader.prepare!
    end
    p classes.map(&:object_id).uniq.size
  RUBY

  # Valid; one sentence of ours; one of the model's own. And a class of its own after each change.
  EXPECTED = "[1, 0, 1, 1]\n[1, 0, 1, 1]\n[1, 0, 1, 1]\n3\n"

  def test_prepended_in_to_prepare
    assert_equal EXPECTED, application(MODELS, INITIALIZER)
  end

  def test_prepended_in_the_models_own_file
    models = MODELS.merge('license.rb' => MODELS['license.rb'] + PREPEND)
    assert_equal EXPECTED, application(models, INITIALIZER.lines.grep_v(/to_prepare/).join)
  end

  TASK = <<~'RUBY'
    require 'rake'
    require 'airlock'
    Rake.application.init('rake', [ARGV[1]]) if ARGV[1]
    id = { 'nil' => -> {}, 'raises' => -> { raise 'there is no database' }, 'bad' => -> { 'x' } }.fetch(ARGV[0])
    begin
      Airlock.configure(roots: ROOTS, instance_id: id)
      p Airlock.check!
      Airlock.verifier
    rescue Airlock::ConfigurationError => e
      p e.code
    end
  RUBY

  def task(*arguments, roots: desk.root, library: nil)
    ruby(TASK.sub('ROOTS', roots.inspect), library ? { 'AIRLOCK_LIBRARY' => library } : {},
         *arguments)
  end

  # It does not stop, and is no yes either: a license that is opened then is not opened.
  def test_a_task_without_a_database_goes_on
    assert_equal "false\n:no_instance_id\n", task('nil', 'assets:precompile')
    assert_equal "false\n:no_instance_id\n", task('raises', 'db:setup')
  end

  def test_whatever_needs_no_database_stops_a_task_too
    assert_equal ":bad_root\n", task('nil', 'db:setup', roots: 'x')
    assert_equal ":bad_instance_id\n", task('bad', 'db:setup')
    assert_equal ":library_missing\n", task('nil', 'db:setup', library: '/nowhere.so')
  end

  def test_the_application_itself_stops
    assert_equal ":no_instance_id\n", task('nil')
    assert_equal ":no_instance_id\n", task('raises')
  end

  private

  def application(models, initializer)
    Dir.mktmpdir do |folder|
      models.each { |name, text| write(folder, "app/models/#{name}", text) }
      write(folder, 'config/initializers/airlock.rb', initializer)
      write(folder, 'config/airlock_roots.pem', desk.root)
      write(folder, 'text',
            desk.text(from: (Date.today - 10).iso8601, till: (Date.today + 300).iso8601, today: (Date.today - 20).iso8601))
      ruby(APPLICATION, {}, folder)
    end
  end

  def write(folder, name, text)
    path = File.join(folder, name)
    FileUtils.mkdir_p(File.dirname(path))
    File.write(path, text)
  end
end
