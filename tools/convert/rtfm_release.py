from rtfm_mmaction.cli.rtfm_release import main

if __name__ == '__main__':
    main()
