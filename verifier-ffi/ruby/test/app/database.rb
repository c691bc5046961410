# frozen_string_literal: true

require 'active_record'

# Tables as an instance has them, in SQLite.
module Database
  def self.connect(path)
    ActiveRecord::Base.establish_connection(adapter: 'sqlite3', database: path, timeout: 5_000, pool: 16)
  end

  def self.create
    ActiveRecord::Schema.verbose = false
    ActiveRecord::Schema.define do
      create_table(:licenses, force: true) do |t|
        t.text :data, null: false
        t.boolean :cloud, default: false
        t.datetime :last_synced_at
        t.timestamps
      end
      create_table(:historical_data, force: true) do |t|
        t.date :date
        t.datetime :recorded_at
        t.integer :active_user_count
        t.timestamps
      end
    end
  end
end
