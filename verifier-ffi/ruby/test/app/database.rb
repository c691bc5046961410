# frozen_string_literal: true

require 'active_record'

# Tables as an instance has them, in SQLite or PostgreSQL.
module Database
  ZONE = 'UTC'

  class << self
    # @param place [String] a file, `:memory:`, or `postgresql:` and the folder of the server's
    #   socket
    def connect(place)
      ActiveRecord::Base.time_zone_aware_attributes = true
      ActiveRecord::Base.skip_time_zone_conversion_for_attributes = []
      Time.zone = ZONE
      ActiveRecord::Base.establish_connection(settings(place))
    end

    def create
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
        create_table(:measurements, force: true) do |t|
          t.datetime :recorded_at
          t.integer :count
        end
      end
    end

    private

    def settings(place)
      folder = place.delete_prefix('postgresql:')
      return { adapter: 'sqlite3', database: place, timeout: 5_000, pool: 16 } if folder == place

      { adapter: 'postgresql', host: folder, username: 'postgres', database: 'postgres', pool: 16,
        min_messages: 'warning' }
    end
  end
end
