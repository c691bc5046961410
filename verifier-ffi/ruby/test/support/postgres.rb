# frozen_string_literal: true

require 'fileutils'
require 'open3'
require 'tmpdir'

# A PostgreSQL server of our own: in a temporary folder, on a socket, gone afterwards. It refuses to
# run as root, so there it runs as the user `postgres` of Debian's package.
class Postgres
  PROGRAMS = Dir['/usr/lib/postgresql/*/bin'].max_by { |path| path[/\d+/].to_i }

  # @return [String] its address, as Database takes it: the folder of its socket
  attr_reader :address

  def self.run
    server = new
    yield server.address
  ensure
    server&.stop
  end

  def initialize
    raise 'there is no PostgreSQL: apt-get install postgresql' unless PROGRAMS

    @folder = Dir.mktmpdir('airlock-postgres')
    FileUtils.chown('postgres', 'postgres', @folder) if root?
    start
  end

  def stop
    program('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop')
  ensure
    FileUtils.remove_entry(@folder)
  end

  private

  def data = File.join(@folder, 'data')
  def root? = Process.uid.zero?

  def start
    program('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C',
            '--no-sync')
    settings = "-c listen_addresses='' -c unix_socket_directories='#{@folder}' -c fsync=off"
    program('pg_ctl', '-D', data, '-l', File.join(@folder, 'log'), '-o', settings, '-w', 'start')
    @address = "postgresql:#{@folder}"
  rescue StandardError
    FileUtils.remove_entry(@folder)
    raise
  end

  def program(name, *arguments)
    user = root? ? %w[setpriv --reuid postgres --regid postgres --clear-groups] : []
    output, status = Open3.capture2e(*user, File.join(PROGRAMS, name), *arguments, chdir: '/')
    raise "#{name}: #{output}" unless status.success?
  end
end
