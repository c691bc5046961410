# frozen_string_literal: true

require_relative 'test_helper'
require 'tmpdir'

# A Rails application with its reloader, and tasks that run without a database.
class RailsTest < AirlockTest
  MODEL = <<~'RUBY'
    class License < ActiveRecord::Base
      validate :valid_license
      def license = nil
      def airlock_texts = errors.full_messages

      private

      def valid_license = errors.add(:base, 'old check')
    end
  RUBY

  APPLICATION = <<~'RUBY'
    folder, root, text_path = ARGV
    require 'rails'
    require 'active_record'
    require 'airlock'
    ActiveRecord::Base.establish_connection(adapter: 'sqlite3', database: ':memory:')
    ActiveRecord::Schema.verbose = false
    ActiveRecord::Schema.define { create_table(:licenses) { |t| t.text :data } }

    class Application < Rails::Application
      config.root = ARGV[0]
      config.eager_load = false
      config.cache_classes = false
      config.logger = Logger.new(nil)
      config.secret_key_base = 'x'
      initializer(:airlock) do
        Airlock.configure(roots: -> { File.read(ARGV[1]) }, instance_id: -> { INSTANCE }, users_now: -> { 5 },
                          daily_users: ->(_, _) { [] }, today: -> { Date.new(2025, 11, 1) })
      end
      initializer(:airlock_model) { |app| app.config.to_prepare { PREPEND } }
    end
    Application.initialize!
    classes = []
    3.times do
      classes << License
      judged = [File.binread(text_path), "BEGIN AIRLOCK\n", 'old'].map do |text|
        license = License.new(data: text)
        license.valid?
        license.airlock_texts.size
      end
      p [License.ancestors.count(Airlock::GitlabModel), *judged]
      Rails.application.reloader.reload!
      # As an engine does, and some programs by hand.
      Rails.application.reloader.prepare!
    end
    p classes.map(&:object_id).uniq.size
  RUBY

  def application(model, prepend)
    Dir.mktmpdir do |folder|
      FileUtils.mkdir_p(File.join(folder, 'app/models'))
      FileUtils.mkdir_p(File.join(folder, 'config'))
      File.write(File.join(folder, 'app/models/license.rb'), model)
      File.binwrite(File.join(folder, 'text'), desk.text)
      script = APPLICATION.sub('INSTANCE', Desk::INSTANCE.inspect).sub('PREPEND', prepend)
      ruby(script, {}, folder, desk.path('root.pub'), File.join(folder, 'text'))
    end
  end

  # Valid; one sentence of ours; one of the model's own. And a class of its own after each change.
  EXPECTED = "[1, 0, 1, 1]\n[1, 0, 1, 1]\n[1, 0, 1, 1]\n3\n"

  def test_prepended_in_to_prepare
    assert_equal EXPECTED, application(MODEL, 'License.prepend(Airlock::GitlabModel)')
  end

  def test_prepended_in_the_models_own_file
    assert_equal EXPECTED, application("#{MODEL}License.prepend(Airlock::GitlabModel)\n", 'nil')
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
    ruby(TASK.sub('ROOTS', roots.inspect), library ? { 'AIRLOCK_LIBRARY' => library } : {}, *arguments)
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
end
